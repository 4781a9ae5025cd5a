package org.postrider.filter;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A message's content as filters see it: the header in fields, the body as a range of staged octets. What no filter edits
 * comes out as it went in, octet by octet.
 *
 * <p>Thread: confined; usable until its inspection is closed.
 */
public final class Content {
    private static final byte[] LINE_END = {'\r', '\n'};
    private static final int BUFFER_OCTETS = 16 << 10;

    private final List<Field> fields;
    private final boolean separated;
    private final Staging body;
    private final long bodyStart;

    /** Where content is written to. */
    public interface Sink {
        void write(byte[] octets, int offset, int length) throws IOException;
    }

    Content(List<Field> fields, boolean separated, Staging body, long bodyStart) {
        this.fields = List.copyOf(fields);
        this.separated = separated;
        this.body = body;
        this.bodyStart = bodyStart;
    }

    /** Reads the header of staged content; the body begins behind the empty line, or at the first line that is no field. */
    static Content read(Staging staged) throws IOException {
        HeaderReading reading = new HeaderReading();
        byte[] buffer = new byte[BUFFER_OCTETS];
        long at = 0;
        while (!reading.ended) {
            int count = staged.read(at, buffer);
            if (count < 0) {
                reading.end();
                break;
            }
            reading.take(buffer, count);
            at += count;
        }
        return new Content(reading.fields, reading.separated, staged, reading.octets);
    }

    /** Splits a header into fields. */
    private static final class HeaderReading {
        private final List<Field> fields = new ArrayList<>();
        private final ByteArrayOutputStream field = new ByteArrayOutputStream(512);
        private final ByteArrayOutputStream line = new ByteArrayOutputStream(512);
        /** Of the fields, and of the empty line behind them. */
        private long octets;

        private boolean separated;
        private boolean ended;

        void take(byte[] bytes, int length) {
            int start = 0;
            for (int i = 0; i < length && !ended; i++) {
                if (bytes[i] == '\n') {
                    line.write(bytes, start, i + 1 - start);
                    start = i + 1;
                    endLine();
                }
            }
            if (!ended) {
                line.write(bytes, start, length - start);
            }
        }

        private void endLine() {
            byte[] whole = line.toByteArray();
            line.reset();
            boolean folded = whole[0] == ' ' || whole[0] == '\t';
            if (whole.length <= 2 && (whole[0] == '\n' || whole[0] == '\r')) {
                closeField();
                separated = true;
                octets += whole.length;
                ended = true;
            } else if (folded && field.size() > 0) {
                field.writeBytes(whole);
            } else if (Field.nameLength(whole, whole.length) > 0) {
                closeField();
                field.writeBytes(whole);
            } else {
                closeField();
                ended = true;
            }
        }

        private void closeField() {
            if (field.size() > 0) {
                octets += field.size();
                fields.add(Field.of(field.toByteArray()));
                field.reset();
            }
        }

        void end() {
            if (line.size() > 0) {
                endLine();
            }
            closeField();
            ended = true;
        }
    }

    List<Field> fields() {
        return fields;
    }

    /** The same with these fields before all others. */
    Content withFieldsBefore(String text) {
        byte[] octets = text.getBytes(StandardCharsets.UTF_8);
        HeaderReading reading = new HeaderReading();
        reading.take(octets, octets.length);
        reading.end();
        List<Field> all = new ArrayList<>(reading.fields);
        all.addAll(fields);
        return new Content(all, separated || fields.isEmpty(), body, bodyStart);
    }

    /** The same with another header; it is told apart from the body by an empty line from now on. */
    Content withFields(List<Field> other) {
        return new Content(other, true, body, bodyStart);
    }

    Content withBody(Staging other) {
        return new Content(fields, true, other, 0);
    }

    long bodyOctets() {
        return body.octets() - bodyStart;
    }

    /** Reads the body from a place within it on; -1 at its end. */
    int readBody(long from, byte[] into) throws IOException {
        return body.read(bodyStart + from, into);
    }

    /** Writes all of it. A text without header gets its empty line here, as our trace fields will go before it. */
    public void writeTo(Sink sink) throws IOException {
        for (Field field : fields) {
            sink.write(field.octets(), 0, field.octets().length);
        }
        if (separated || (fields.isEmpty() && bodyOctets() > 0)) {
            sink.write(LINE_END, 0, LINE_END.length);
        }
        byte[] buffer = new byte[BUFFER_OCTETS];
        long at = 0;
        int count = readBody(at, buffer);
        while (count > 0) {
            sink.write(buffer, 0, count);
            at += count;
            count = readBody(at, buffer);
        }
    }
}
