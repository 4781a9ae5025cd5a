package org.postrider.server.cli;

import java.io.FilterInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.util.concurrent.TimeUnit;

/** Tells about work that takes long how far it is: a line every few seconds, none where it is done before. */
final class Progress {
    private static final long EVERY_NANOS = TimeUnit.SECONDS.toNanos(2);

    private final PrintWriter err;
    private final String done;
    private long octets;
    private long toldAt = System.nanoTime();

    /**
     * @param done what is done with the octets, as in "exported 5 MiB so far"
     */
    Progress(PrintWriter err, String done) {
        this.err = err;
        this.done = done;
    }

    private void count(long more) {
        octets += Math.max(0, more);
        if (System.nanoTime() - toldAt > EVERY_NANOS) {
            toldAt = System.nanoTime();
            Output.note(err, done + " " + (octets >> 20) + " MiB so far");
        }
    }

    OutputStream watching(OutputStream out) {
        return new FilterOutputStream(out) {
            @Override
            public void write(int octet) throws IOException {
                out.write(octet);
                count(1);
            }

            @Override
            public void write(byte[] octets, int offset, int length) throws IOException {
                out.write(octets, offset, length);
                count(length);
            }
        };
    }

    InputStream watching(InputStream in) {
        return new FilterInputStream(in) {
            @Override
            public int read() throws IOException {
                int octet = in.read();
                count(octet < 0 ? 0 : 1);
                return octet;
            }

            @Override
            public int read(byte[] octets, int offset, int length) throws IOException {
                int read = in.read(octets, offset, length);
                count(read);
                return read;
            }
        };
    }
}
