package org.postrider.message;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import org.postrider.message.MimeHeader.Label;
import org.postrider.message.MimeWalk.Entity;

/**
 * How a message that a next hop cannot take as it is becomes one of 7-bit lines (RFC 6152 §3, RFC 3030 §3): text as
 * quoted-printable, all else as base64, and what is 7-bit already stays. The content is read as a stream, once to plan and
 * once for each conversion; its memory is bounded.
 *
 * <p>Thread: any.
 */
public final class SevenBitConversion {
    private static final int SLICE_OCTETS = 8 << 10;

    /** RFC 5322 §2.1.1, without the CRLF. */
    private static final int LINE_OCTETS_MAX = 998;

    /** What a look through the content found. */
    public sealed interface Plan {}

    /** It can be converted. */
    public record Possible(SevenBitConversion conversion) implements Plan {}

    /** It cannot be without harm: a signature would break, or readers would not agree on what it is. */
    public record Impossible(String why) implements Plan {}

    /** What is done to an entity. */
    enum Action {
        KEEP(""),
        /** It says 8bit or binary and is not, or nothing in it will be. */
        RELABEL("7bit"),
        QUOTED_PRINTABLE("quoted-printable"),
        BASE64("base64");

        private final String label;

        Action(String label) {
            this.label = label;
        }

        String label() {
            return label;
        }
    }

    private final List<Action> actions;

    private SevenBitConversion(List<Action> actions) {
        this.actions = List.copyOf(actions);
    }

    /**
     * Looks the content through to its end.
     *
     * @param binary whether it was declared to be BINARYMIME, so that its lines are none
     */
    public static Plan plan(InputStream content, boolean binary) throws IOException {
        Survey survey = new Survey(binary);
        byte[] slice = new byte[SLICE_OCTETS];
        for (int read = content.read(slice); read >= 0 && survey.walk.fault() == null; read = content.read(slice)) {
            survey.walk.write(slice, 0, read);
        }
        survey.walk.end();
        String fault = survey.walk.fault();
        return fault == null ? new Possible(new SevenBitConversion(survey.actions)) : new Impossible(fault);
    }

    /** The converted content; closing it closes {@code content}, which must be what was planned with. */
    public InputStream convert(InputStream content) {
        return new SevenBitStream(content, actions);
    }

    /** How long the converted content is. */
    public long octets(InputStream content) throws IOException {
        long octets = 0;
        byte[] slice = new byte[SLICE_OCTETS];
        InputStream converted = convert(content);
        for (int read = converted.read(slice); read >= 0; read = converted.read(slice)) {
            octets += read;
        }
        return octets;
    }

    /** Finds out what each entity needs. */
    private static final class Survey implements MimeWalk.Visitor {
        private final MimeWalk walk = new MimeWalk(this);
        private final List<Action> actions = new ArrayList<>();
        private final boolean binary;
        private boolean eightBit;
        private boolean lineless;
        private int lineOctets;
        private boolean afterCr;

        Survey(boolean binary) {
            this.binary = binary;
        }

        @Override
        public void headerLine(Entity entity, byte[] octets, int length) {
            if (hasEightBit(octets, 0, length)) {
                walk.stop("a header has 8-bit octets");
            }
        }

        @Override
        public void headerEnd(Entity entity) {
            boolean changes = isEightBitLabel(entity) && !entity.frozen();
            actions.add(entity.isComposite() && changes ? Action.RELABEL : Action.KEEP);
            if (entity.index() == 0 && !entity.header().hasVersion()) {
                walk.stop("it is not MIME");
            }
            eightBit = false;
            lineless = false;
            lineOctets = 0;
            afterCr = false;
        }

        private static boolean isEightBitLabel(Entity entity) {
            Label label = entity.header().label();
            return label == Label.EIGHT_BIT || label == Label.BINARY;
        }

        @Override
        public void body(Entity entity, byte[] octets, int from, int to) {
            eightBit = eightBit || hasEightBit(octets, from, to);
            for (int i = from; binary && !lineless && i < to; i++) {
                byte b = octets[i];
                lineless = b == 0 || (b == '\n') != afterCr || lineOctets > LINE_OCTETS_MAX;
                afterCr = b == '\r';
                lineOctets = b == '\n' || b == '\r' ? 0 : lineOctets + 1;
            }
        }

        @Override
        public void bodyEnd(Entity entity) {
            boolean raw = eightBit || lineless || (binary && afterCr);
            if (!raw) {
                boolean changes = isEightBitLabel(entity) && !entity.frozen();
                actions.set(entity.index(), changes ? Action.RELABEL : Action.KEEP);
            } else if (entity.frozen()) {
                walk.stop("it is signed or encrypted");
            } else if (!entity.header().label().isIdentity()) {
                walk.stop("a part is not what its Content-Transfer-Encoding says");
            } else {
                encode(entity);
            }
        }

        /** RFC 2046 §5.2: messages are not encoded; RFC 6532 §3.7 lets message/global be. */
        private void encode(Entity entity) {
            String type = entity.header().mediaType();
            if (type.startsWith("message/") && !type.startsWith("message/global")) {
                walk.stop("a part of type " + SevenBitConversion.shortened(type) + " must not be encoded");
            } else {
                actions.set(entity.index(), type.startsWith("text/") ? Action.QUOTED_PRINTABLE : Action.BASE64);
            }
        }

        @Override
        public void structure(byte[] octets, int from, int to) {
            if (hasEightBit(octets, from, to)) {
                walk.stop("there are 8-bit octets outside of all parts");
            }
        }

        private static boolean hasEightBit(byte[] octets, int from, int to) {
            int seen = 0;
            for (int i = from; i < to; i++) {
                seen |= octets[i];
            }
            return seen < 0;
        }
    }

    private static String shortened(String text) {
        return text.substring(0, Math.min(text.length(), 60)).replaceAll("[^a-z0-9/+.-]", "?");
    }
}
