package org.postrider.message;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.postrider.message.MimeWalk.Entity;
import org.postrider.message.SevenBitConversion.Action;

/** Content on its way through a {@link SevenBitConversion}. Holds what one slice of it becomes. Thread: confined. */
final class SevenBitStream extends InputStream {
    private static final int SLICE_OCTETS = 8 << 10;

    private final InputStream content;
    private final List<Action> actions;
    private final byte[] slice = new byte[SLICE_OCTETS];
    /** Converted, from {@link #taken} on not read yet. */
    private final OctetBuffer out = new OctetBuffer();

    private final MimeWalk walk = new MimeWalk(new Writing());
    private int taken;
    private boolean ended;

    SevenBitStream(InputStream content, List<Action> actions) {
        this.content = content;
        this.actions = actions;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        while (taken == out.length() && !ended) {
            taken = 0;
            out.clear();
            convertSlice();
        }
        if (length > 0 && taken == out.length()) {
            return -1;
        }
        int count = Math.min(length, out.length() - taken);
        System.arraycopy(out.array(), taken, into, offset, count);
        taken += count;
        return count;
    }

    private void convertSlice() throws IOException {
        int read = content.read(slice);
        if (read < 0) {
            walk.end();
            ended = true;
        } else {
            walk.write(slice, 0, read);
        }
        String fault = walk.fault();
        if (fault != null) {
            throw new IOException("the content is not what was planned with: " + fault);
        }
    }

    @Override
    public void close() throws IOException {
        content.close();
    }

    private final class Writing implements MimeWalk.Visitor {
        private final QuotedPrintable quoted = new QuotedPrintable(out);
        private final Base64Lines base64 = new Base64Lines(out);

        /** The last entity whose new label is written. */
        private int labelled = -1;

        private Action action(Entity entity) {
            return entity.index() < actions.size() ? actions.get(entity.index()) : Action.KEEP;
        }

        @Override
        public void headerLine(Entity entity, byte[] octets, int length) {
            if (entity.header().inEncodingField() && action(entity) != Action.KEEP) {
                label(entity);
            } else {
                out.put(octets, 0, length);
            }
        }

        @Override
        public void headerEnd(Entity entity) {
            if (action(entity) != Action.KEEP) {
                label(entity);
            }
        }

        private void label(Entity entity) {
            if (labelled != entity.index()) {
                labelled = entity.index();
                String field = "Content-Transfer-Encoding: " + action(entity).label() + "\r\n";
                byte[] line = field.getBytes(StandardCharsets.US_ASCII);
                out.put(line, 0, line.length);
            }
        }

        @Override
        public void body(Entity entity, byte[] octets, int from, int to) {
            switch (action(entity)) {
                case KEEP, RELABEL -> out.put(octets, from, to);
                case QUOTED_PRINTABLE -> quoted.put(octets, from, to);
                case BASE64 -> base64.put(octets, from, to);
            }
        }

        @Override
        public void bodyEnd(Entity entity) {
            switch (action(entity)) {
                case KEEP, RELABEL -> {}
                case QUOTED_PRINTABLE -> quoted.end();
                case BASE64 -> base64.end();
            }
        }

        @Override
        public void structure(byte[] octets, int from, int to) {
            out.put(octets, from, to);
        }
    }
}
