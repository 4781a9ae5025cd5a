package org.postrider.smtp.server;

import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Spare read buffers of the two larger sizes, so that a session that is between two messages holds none.
 *
 * <p>Thread: any.
 */
final class Buffers {
    /** What a session has that waits for commands: MAIL, RCPT and DATA in one packet fit, and it is there all the time. */
    static final int SMALL = 256;

    static final int MEDIUM = 16 * 1_024;
    static final int LARGE = 64 * 1_024;

    private static final int SPARE_MAX = 128;

    private final Shelf medium = new Shelf();
    private final Shelf large = new Shelf();

    /** A buffer of at least {@code octets}, whose content is undefined. */
    byte[] borrow(int octets) {
        byte[] spare = octets <= MEDIUM ? medium.take() : large.take();
        return spare != null ? spare : new byte[octets <= MEDIUM ? MEDIUM : LARGE];
    }

    /** Takes back what {@link #borrow} gave; other sizes are left to the collector. */
    void giveBack(byte[] buffer) {
        if (buffer.length == MEDIUM) {
            medium.put(buffer);
        } else if (buffer.length == LARGE) {
            large.put(buffer);
        }
    }

    private static final class Shelf {
        private final ConcurrentLinkedQueue<byte[]> spares = new ConcurrentLinkedQueue<>();
        private final AtomicInteger count = new AtomicInteger();

        byte @Nullable [] take() {
            byte[] spare = spares.poll();
            if (spare != null) {
                count.decrementAndGet();
            }
            return spare;
        }

        void put(byte[] buffer) {
            if (count.incrementAndGet() > SPARE_MAX) {
                count.decrementAndGet();
            } else {
                spares.add(buffer);
            }
        }
    }
}
