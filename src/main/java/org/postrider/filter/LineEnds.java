package org.postrider.filter;

import java.io.IOException;

/**
 * Makes CRLF of every line end that a filter writes, and gives the last line one: a body from a filter must not bring in
 * what a client's may not.
 */
final class LineEnds {
    private final Content.Sink sink;
    private boolean afterReturn;
    private boolean lineOpen;

    LineEnds(Content.Sink sink) {
        this.sink = sink;
    }

    void write(byte[] bytes) throws IOException {
        byte[] out = new byte[2 * bytes.length + 2];
        int length = 0;
        for (byte b : bytes) {
            boolean endsLine = b == '\r' || (b == '\n' && !afterReturn);
            if (endsLine) {
                out[length++] = '\r';
                out[length++] = '\n';
                lineOpen = false;
            } else if (b != '\n') {
                out[length++] = b;
                lineOpen = true;
            }
            afterReturn = b == '\r';
        }
        sink.write(out, 0, length);
    }

    void end() throws IOException {
        if (lineOpen) {
            lineOpen = false;
            sink.write(new byte[] {'\r', '\n'}, 0, 2);
        }
    }
}
