package org.postrider.smtp.server;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/** A wire over a blocking socket. */
final class SocketWire implements Wire {
    private final SocketChannel channel;

    SocketWire(SocketChannel channel) {
        this.channel = channel;
    }

    /** Lets the others go first: by its next turn the client has often answered, and there is nothing to wait for. */
    @SuppressWarnings("ThreadPriorityCheck") // It is right without the yield, and faster with it.
    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        Thread.yield();
        return channel.read(ByteBuffer.wrap(into, offset, length));
    }

    @Override
    public void write(byte[] octets, int offset, int length) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(octets, offset, length);
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
    }

    @Override
    public int available() throws IOException {
        return channel.socket().getInputStream().available();
    }

    @Override
    public void wake() {
        try {
            channel.shutdownInput();
        } catch (IOException _) {
            close();
        }
    }

    @Override
    public void finish() {
        try {
            channel.shutdownOutput();
        } catch (IOException _) {
            close();
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException _) {
            // Nothing can be done about a socket that does not even close.
            return;
        }
    }
}
