package org.postrider.mailauth.dkim;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;

/**
 * Counts the octets of a canonical body, and hashes them as often as different lengths of it were signed. Small pieces are
 * collected, as a digest works best on long ones.
 *
 * <p>Thread: confined.
 */
final class HashedOctets {
    private static final int BUFFER_OCTETS = 4_096;
    /** Pieces from here on are not copied. */
    private static final int LONG_OCTETS = 1_024;

    private static final byte[] LINE_ENDS = "\r\n".repeat(128).getBytes(StandardCharsets.US_ASCII);

    private final byte[] buffer = new byte[BUFFER_OCTETS];
    private final List<Share> shares = new ArrayList<>();
    private int buffered;
    private long octets;

    /** A digest of the first octets. */
    private static final class Share {
        private final MessageDigest digest;
        private long left;

        Share(MessageDigest digest, long left) {
            this.digest = digest;
            this.left = left;
        }

        void update(byte[] from, int offset, int length) {
            int mine = (int) Math.min(length, left);
            digest.update(from, offset, mine);
            left -= mine;
        }
    }

    /** Has the first octets hashed, up to {@code limit}. */
    void hash(MessageDigest digest, long limit) {
        shares.add(new Share(digest, limit));
    }

    void write(byte octet) {
        if (buffered == BUFFER_OCTETS) {
            flush();
        }
        buffer[buffered++] = octet;
        octets++;
    }

    void write(byte[] from, int offset, int length) {
        octets += length;
        if (length >= LONG_OCTETS) {
            flush();
            update(from, offset, length);
            return;
        }
        if (length > BUFFER_OCTETS - buffered) {
            flush();
        }
        System.arraycopy(from, offset, buffer, buffered, length);
        buffered += length;
    }

    void writeLineEnd() {
        if (buffered > BUFFER_OCTETS - 2) {
            flush();
        }
        buffer[buffered++] = '\r';
        buffer[buffered++] = '\n';
        octets += 2;
    }

    void writeLineEnds(long count) {
        long left = count * 2;
        while (left > 0) {
            int some = (int) Math.min(left, LINE_ENDS.length);
            write(LINE_ENDS, 0, some);
            left -= some;
        }
    }

    /** How many there were. */
    long octets() {
        return octets;
    }

    /** Gives the digests what they do not have yet. */
    void flush() {
        update(buffer, 0, buffered);
        buffered = 0;
    }

    private void update(byte[] from, int offset, int length) {
        for (Share share : shares) {
            share.update(from, offset, length);
        }
    }
}
