package org.postrider.smtp.server;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** A wire whose other end is the test. Each part that is sent is read by itself, as packets often are. */
final class MemoryWire implements Wire {
    private static final long PATIENCE_SECONDS = 10;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Deque<byte[]> incoming = new ArrayDeque<>();
    private final ByteArrayOutputStream outgoing = new ByteArrayOutputStream();
    private int outgoingRead;
    private boolean reading;
    private boolean writing;
    private boolean inputEnded;
    private boolean outputEnded;
    private boolean clogged;
    private int writes;

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        lock.lock();
        try {
            reading = true;
            changed.signalAll();
            while (incoming.isEmpty() && !inputEnded && !outputEnded) {
                changed.awaitUninterruptibly();
            }
            reading = false;
            byte[] next = incoming.poll();
            if (next == null) {
                return -1;
            }
            int count = Math.min(length, next.length);
            System.arraycopy(next, 0, into, offset, count);
            if (count < next.length) {
                incoming.addFirst(Arrays.copyOfRange(next, count, next.length));
            }
            return count;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void write(byte[] octets, int offset, int length) throws IOException {
        lock.lock();
        try {
            writing = true;
            changed.signalAll();
            while (clogged && !outputEnded) {
                changed.awaitUninterruptibly();
            }
            writing = false;
            if (outputEnded) {
                throw new IOException("closed");
            }
            outgoing.write(octets, offset, length);
            writes++;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public int available() {
        lock.lock();
        try {
            return incoming.isEmpty() ? 0 : 1;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void wake() {
        lock.lock();
        try {
            incoming.clear();
            inputEnded = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** After its last word the session lingers only as long as the client holds on, which is not at all. */
    @Override
    public void finish() {
        wake();
    }

    @Override
    public void close() {
        lock.lock();
        try {
            outputEnded = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    void send(byte[] octets) {
        lock.lock();
        try {
            if (octets.length > 0) {
                incoming.add(octets);
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    /** The client will send no more. */
    void endInput() {
        lock.lock();
        try {
            inputEnded = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** The client reads no more. */
    void clog() {
        lock.lock();
        try {
            clogged = true;
        } finally {
            lock.unlock();
        }
    }

    /** The next line of the session's, {@code null} where it has closed. */
    @Nullable
    String line() throws InterruptedException {
        lock.lock();
        try {
            awaitUntil(() -> lineEnd() >= 0 || outputEnded);
            int end = lineEnd();
            if (end < 0) {
                return null;
            }
            String line = outgoing.toString(StandardCharsets.UTF_8).substring(outgoingRead, end);
            outgoingRead = end + 2;
            return line;
        } finally {
            lock.unlock();
        }
    }

    /** Waits until the session has used all and waits for more, or has ended. */
    void awaitIdle() throws InterruptedException {
        lock.lock();
        try {
            awaitUntil(() -> outputEnded || (writing && clogged) || (reading && incoming.isEmpty()));
        } finally {
            lock.unlock();
        }
    }

    /** How often the session wrote. */
    int writes() {
        lock.lock();
        try {
            return writes;
        } finally {
            lock.unlock();
        }
    }

    private void awaitUntil(BooleanSupplier condition) throws InterruptedException {
        long patience = TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (!condition.getAsBoolean()) {
            if (patience <= 0) {
                throw new AssertionError("nothing happened; so far: " + outgoing.toString(StandardCharsets.UTF_8));
            }
            patience = changed.awaitNanos(patience);
        }
    }

    private int lineEnd() {
        return outgoing.toString(StandardCharsets.UTF_8).indexOf("\r\n", outgoingRead);
    }
}
