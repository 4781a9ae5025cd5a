package org.postrider.testing;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.SelectorProvider;
import java.util.Set;

/** A connected channel whose peer says what was written down beforehand, takes all and closes. Thread: confined. */
public final class ScriptedChannel extends SocketChannel {
    private static final InetSocketAddress NOWHERE = new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);

    private final ByteBuffer script;
    private final int sliceOctets;

    /** @param sliceOctets how much comes in one read at most */
    public ScriptedChannel(byte[] script, int sliceOctets) {
        super(SelectorProvider.provider());
        this.script = ByteBuffer.wrap(script);
        this.sliceOctets = sliceOctets;
    }

    @Override
    public int read(ByteBuffer into) {
        if (!script.hasRemaining()) {
            return -1;
        }
        int count = Math.min(Math.min(into.remaining(), script.remaining()), sliceOctets);
        into.put(script.slice(script.position(), count));
        script.position(script.position() + count);
        return count;
    }

    @Override
    public int write(ByteBuffer from) {
        int count = from.remaining();
        from.position(from.limit());
        return count;
    }

    @Override
    public long read(ByteBuffer[] into, int offset, int length) {
        throw new UnsupportedOperationException();
    }

    @Override
    public long write(ByteBuffer[] from, int offset, int length) {
        throw new UnsupportedOperationException();
    }

    @Override
    public boolean isConnected() {
        return true;
    }

    @Override
    public boolean isConnectionPending() {
        return false;
    }

    @Override
    public boolean connect(SocketAddress remote) {
        return true;
    }

    @Override
    public boolean finishConnect() {
        return true;
    }

    @Override
    public SocketChannel bind(SocketAddress local) {
        return this;
    }

    @Override
    public <T> SocketChannel setOption(SocketOption<T> name, T value) {
        return this;
    }

    @Override
    public <T> T getOption(SocketOption<T> name) {
        throw new UnsupportedOperationException(name.name());
    }

    @Override
    public Set<SocketOption<?>> supportedOptions() {
        return Set.of();
    }

    @Override
    public SocketChannel shutdownInput() {
        return this;
    }

    @Override
    public SocketChannel shutdownOutput() {
        return this;
    }

    @Override
    public Socket socket() {
        throw new UnsupportedOperationException();
    }

    @Override
    public SocketAddress getRemoteAddress() {
        return NOWHERE;
    }

    @Override
    public SocketAddress getLocalAddress() {
        return NOWHERE;
    }

    @Override
    protected void implCloseSelectableChannel() throws IOException {
        script.position(script.limit());
    }

    @Override
    protected void implConfigureBlocking(boolean block) {}
}
