package org.postrider.http;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Objects;

/**
 * The last octets that were written, in one array that lives as long as the server: what is remembered of millions of
 * messages one after the other leaves nothing for a garbage collector.
 *
 * <p>Thread: confined.
 */
final class OctetRing {
    private final byte[] octets;
    private final DataOutputStream writer = new DataOutputStream(new Output());
    /** How many were ever written: the place of the next one. */
    private long end;

    OctetRing(int capacity) {
        octets = new byte[capacity];
    }

    /** Where the next octet goes; places grow for ever. */
    long end() {
        return end;
    }

    /** Whether what was written from {@code place} on is still there. */
    boolean holds(long place) {
        return place >= 0 && place < end && place >= end - octets.length;
    }

    /** Writes at the {@linkplain #end end}, over what is oldest. */
    DataOutputStream writer() {
        return writer;
    }

    /** Reads from a place that the ring {@linkplain #holds}; nothing may be written meanwhile. */
    DataInputStream reader(long place) {
        return new DataInputStream(new Input(place));
    }

    int octet(long place) {
        return octets[index(place)] & 0xff;
    }

    /** Whether exactly these octets stand from {@code place} on. */
    boolean matches(long place, byte[] wanted) {
        for (int i = 0; i < wanted.length; i++) {
            if (octets[index(place + i)] != wanted[i]) {
                return false;
            }
        }
        return true;
    }

    private int index(long place) {
        return (int) (place % octets.length);
    }

    private final class Output extends OutputStream {
        @Override
        public void write(int octet) {
            octets[index(end)] = (byte) octet;
            end++;
        }

        @Override
        public void write(byte[] source, int offset, int length) {
            Objects.checkFromIndexSize(offset, length, source.length);
            int done = 0;
            while (done < length) {
                int at = index(end);
                int count = Math.min(length - done, octets.length - at);
                System.arraycopy(source, offset + done, octets, at, count);
                done += count;
                end += count;
            }
        }
    }

    private final class Input extends InputStream {
        private long place;

        Input(long place) {
            this.place = place;
        }

        @Override
        public int read() {
            return place == end ? -1 : octets[index(place++)] & 0xff;
        }

        @Override
        public int read(byte[] into, int offset, int length) {
            Objects.checkFromIndexSize(offset, length, into.length);
            if (place == end) {
                return length == 0 ? 0 : -1;
            }
            int at = index(place);
            int count = (int) Math.min(Math.min(length, octets.length - at), end - place);
            System.arraycopy(octets, at, into, offset, count);
            place += count;
            return count;
        }
    }
}
