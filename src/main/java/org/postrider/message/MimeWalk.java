package org.postrider.message;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Follows the structure of a MIME message (RFC 2046 §5) as its octets pass by, in slices of any size, and hands each octet
 * to a visitor as what it is, in order and once. What it holds is bounded: a line's beginning, the boundaries of what is
 * open, one header's fields.
 *
 * <p>It follows only what all readers understand alike; at anything else it stops with a {@link #fault}.
 *
 * <p>Thread: confined.
 */
final class MimeWalk {
    /** Of multiparts and messages in one another. */
    static final int NESTING_MAX = 100;

    static final int ENTITIES_MAX = 10_000;

    /** A longer line is no delimiter, and not taken in a header. */
    private static final int LINE_OCTETS_KEPT = 8 << 10;

    private static final byte[] CRLF = {'\r', '\n'};

    /**
     * A header and its body.
     *
     * @param index counted from the message itself, 0
     * @param frozen whether it is part of something that is signed or encrypted and must stay as it is
     */
    record Entity(int index, MimeHeader header, int depth, boolean inDigest, boolean frozen) {
        /** RFC 2046 §5.1.5: in a digest, what has no type is a message. */
        boolean isMessage() {
            return header.isMessage()
                    || (inDigest && !header.namesAType() && header.label().isIdentity());
        }

        boolean isComposite() {
            return header.isMultipart() || isMessage();
        }
    }

    /** Sees all octets, in order. */
    interface Visitor {
        /** A header line with its end. */
        void headerLine(Entity entity, byte[] octets, int length);

        /** The header's last line has passed, and not yet the empty one. */
        void headerEnd(Entity entity);

        /** Octets of the body of what is not composite. */
        void body(Entity entity, byte[] octets, int from, int to);

        void bodyEnd(Entity entity);

        /** Delimiters, empty lines, and what stands before the first and behind the last part. */
        void structure(byte[] octets, int from, int to);
    }

    private enum Place {
        HEADER,
        BODY,
        OUTSIDE
    }

    @SuppressWarnings("ArrayRecordComponent") // carries bytes, is never compared
    private record Level(byte[] delimiter, int depth, boolean digest, boolean frozen) {}

    private final Visitor visitor;
    private final List<Level> levels = new ArrayList<>();
    private final byte[] line = new byte[LINE_OCTETS_KEPT];
    private int length;

    /** The line's beginning has passed already. */
    private boolean continued;

    /** A CRLF that belongs to the body, or to the delimiter should one follow (RFC 2046 §5.1.1). */
    private boolean heldLineEnd;

    private Place place = Place.HEADER;
    private Entity entity = new Entity(0, new MimeHeader(), 0, false, false);
    private int entities = 1;
    private @Nullable String fault;

    MimeWalk(Visitor visitor) {
        this.visitor = visitor;
    }

    /** Why it stopped; {@code null} while it goes on. */
    @Nullable
    String fault() {
        return fault;
    }

    /** Stops. The first reason is kept. */
    void stop(String why) {
        if (fault == null) {
            fault = why;
        }
    }

    void write(byte[] octets, int from, int to) {
        int at = from;
        while (at < to && fault == null) {
            int end = Math.min(to, at + line.length - length);
            int next = at;
            while (next < end && octets[next] != '\n') {
                next++;
            }
            boolean ends = next < end;
            next += ends ? 1 : 0;
            System.arraycopy(octets, at, line, length, next - at);
            length += next - at;
            at = next;
            if (ends) {
                endLine();
            } else if (length == line.length) {
                passOn();
            }
        }
    }

    /** Says that no more octets come. */
    void end() {
        if (fault == null && length > 0) {
            endLine();
        }
        if (fault == null && heldLineEnd) {
            passHeldLineEnd();
        }
        if (fault == null) {
            endEntity();
        }
    }

    /** A line too long to be kept whole. */
    private void passOn() {
        switch (place) {
            case HEADER -> stop("a line of a header is too long");
            case BODY -> {
                passHeldLineEnd();
                int kept = line[length - 1] == '\r' ? 1 : 0;
                visitor.body(entity, line, 0, length - kept);
                line[0] = '\r';
                length = kept;
            }
            case OUTSIDE -> {
                visitor.structure(line, 0, length);
                length = 0;
            }
        }
        continued = true;
    }

    private void endLine() {
        boolean crlf = length >= 2 && line[length - 1] == '\n' && line[length - 2] == '\r';
        int text = crlf ? length - 2 : length;
        if (continued || !passDelimiter(text)) {
            switch (place) {
                case HEADER -> headerLine(text);
                case BODY -> {
                    passHeldLineEnd();
                    visitor.body(entity, line, 0, text);
                    heldLineEnd = crlf;
                }
                case OUTSIDE -> visitor.structure(line, 0, length);
            }
        }
        // In a body without lines, a lone LF is an octet like others.
        continued = place == Place.BODY && !crlf;
        length = 0;
    }

    private void passHeldLineEnd() {
        if (heldLineEnd) {
            heldLineEnd = false;
            visitor.body(entity, CRLF, 0, CRLF.length);
        }
    }

    private void headerLine(int text) {
        if (text > 0 && line[text - 1] == '\n') {
            stop("a header has a lone LF");
        } else if (text > 0) {
            entity.header().add(line, text);
            visitor.headerLine(entity, line, length);
        } else {
            visitor.headerEnd(entity);
            visitor.structure(line, 0, length);
            enterBody();
        }
    }

    private void enterBody() {
        MimeHeader header = entity.header();
        if (header.isBroken()) {
            stop("a header is not well-formed");
        } else if (header.isMultipart()) {
            enterMultipart(header);
        } else if (entity.isMessage()) {
            begin(entity.depth() + 1, false, entity.frozen());
        } else {
            place = Place.BODY;
            continued = false;
        }
    }

    private void enterMultipart(MimeHeader header) {
        String boundary = header.boundary();
        if (boundary == null || !header.label().isIdentity()) {
            stop("a multipart has no usable boundary, or is encoded");
            return;
        }
        String type = header.mediaType();
        boolean sealed = type.equals("multipart/signed") || type.equals("multipart/encrypted");
        byte[] delimiter = ("--" + boundary).getBytes(StandardCharsets.US_ASCII);
        levels.add(
                new Level(delimiter, entity.depth() + 1, type.equals("multipart/digest"), entity.frozen() || sealed));
        place = Place.OUTSIDE;
        if (entity.depth() >= NESTING_MAX) {
            stop("it is nested more than " + NESTING_MAX + " deep");
        }
    }

    private void begin(int depth, boolean inDigest, boolean frozen) {
        if (depth > NESTING_MAX) {
            stop("it is nested more than " + NESTING_MAX + " deep");
        } else if (entities == ENTITIES_MAX) {
            stop("it has more than " + ENTITIES_MAX + " parts");
        } else {
            entity = new Entity(entities++, new MimeHeader(), depth, inDigest, frozen);
            place = Place.HEADER;
        }
    }

    private void endEntity() {
        if (place == Place.HEADER) {
            visitor.headerEnd(entity);
            if (entity.header().isBroken() || entity.isComposite()) {
                stop("a header without a body");
                return;
            }
            place = Place.BODY;
        }
        if (place == Place.BODY) {
            visitor.bodyEnd(entity);
        }
        place = Place.OUTSIDE;
    }

    /** Whether the line is a delimiter; the innermost that fits counts. */
    private boolean passDelimiter(int text) {
        if (text < 2 || line[0] != '-' || line[1] != '-') {
            return false;
        }
        int end = text;
        while (end > 2 && (line[end - 1] == ' ' || line[end - 1] == '\t')) {
            end--;
        }
        for (int i = levels.size() - 1; i >= 0; i--) {
            byte[] delimiter = levels.get(i).delimiter();
            boolean opens = end == delimiter.length;
            boolean closes = end == delimiter.length + 2 && line[end - 1] == '-' && line[end - 2] == '-';
            if ((opens || closes) && startsWith(delimiter)) {
                pass(i, closes);
                return true;
            }
        }
        return false;
    }

    private boolean startsWith(byte[] delimiter) {
        for (int i = 0; i < delimiter.length; i++) {
            if (line[i] != delimiter[i]) {
                return false;
            }
        }
        return true;
    }

    private void pass(int index, boolean closes) {
        endEntity();
        if (heldLineEnd) {
            heldLineEnd = false;
            visitor.structure(CRLF, 0, CRLF.length);
        }
        visitor.structure(line, 0, length);
        Level level = levels.get(index);
        levels.subList(closes ? index : index + 1, levels.size()).clear();
        if (closes) {
            place = Place.OUTSIDE;
        } else {
            begin(level.depth(), level.digest(), level.frozen());
        }
    }
}
