package org.postrider.testing;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * A server on a loopback port that does what a script says, good or evil, and remembers what it heard.
 *
 * <pre>{@code
 * try (FakePeer peer = FakePeer.playing(line -> {
 *     line.say("220 peer.example");
 *     line.hear();                              // EHLO
 *     line.say("250-peer.example", "250 PIPELINING");
 *     line.hear();
 *     line.reset();
 * })) { dial(peer.address()); }
 * }</pre>
 *
 * {@link PoliteScript} is a script that speaks SMTP or LMTP well, with answers that can be set.
 *
 * <p>Thread: any; each connection's script runs on a virtual thread of its own.
 */
public final class FakePeer implements AutoCloseable {
    private static final int HEARD_OCTETS_MAX = 256 << 20;
    private static final long PATIENCE_SECONDS = 20;

    private final ServerSocket listener;
    private final List<Script> scripts;
    private final List<Line> lines = new CopyOnWriteArrayList<>();
    private final Thread acceptor = Thread.ofVirtual().name("fake-peer").unstarted(this::acceptAll);

    private FakePeer(ServerSocket listener, List<Script> scripts) {
        this.listener = listener;
        this.scripts = scripts;
    }

    /** What the peer does on one connection; when it returns, the connection is closed. */
    public interface Script {
        void play(Line line) throws IOException;
    }

    /** Starts one. The first connection plays the first script, and so on; all further ones play the last. */
    public static FakePeer playing(Script... scripts) {
        try {
            FakePeer peer = new FakePeer(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()), List.of(scripts));
            peer.acceptor.start();
            return peer;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public InetSocketAddress address() {
        return new InetSocketAddress(listener.getInetAddress(), listener.getLocalPort());
    }

    /** The connections so far, in their order. */
    public List<Line> lines() {
        return List.copyOf(lines);
    }

    /** The connection with this index, once its script has ended. */
    public Line ended(int index) {
        Line line = lines.get(index);
        line.awaitEnd();
        return line;
    }

    @Override
    public void close() {
        closeQuietly(listener);
        try {
            // Until it has noticed, the port still listens.
            acceptor.join();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        lines.forEach(Line::drop);
    }

    private void acceptAll() {
        while (!listener.isClosed()) {
            try {
                Line line = new Line(listener.accept());
                int index = lines.size();
                lines.add(line);
                Script script = scripts.get(Math.min(index, scripts.size() - 1));
                Thread.ofVirtual().name("fake-peer-" + index).start(() -> line.play(script));
            } catch (IOException _) {
                return;
            }
        }
    }

    private static void closeQuietly(AutoCloseable resource) {
        try {
            resource.close();
        } catch (Exception _) {
            // A test's other assertions tell what matters.
        }
    }

    /** One connection, from the peer's side. */
    public static final class Line {
        private final Socket socket;
        private volatile InputStream in;
        private volatile OutputStream out;
        private volatile @Nullable SSLSession tls;
        private final List<String> heard = new CopyOnWriteArrayList<>();
        private final CountDownLatch ended = new CountDownLatch(1);
        private final CountDownLatch dropped = new CountDownLatch(1);
        private volatile boolean pipelined;
        private volatile Closeable farewell = () -> {};

        private Line(Socket socket) throws IOException {
            this.socket = socket;
            socket.setTcpNoDelay(true);
            this.in = new BufferedInputStream(socket.getInputStream());
            this.out = socket.getOutputStream();
        }

        private void play(Script script) {
            try (socket) {
                script.play(this);
            } catch (IOException _) {
                // The client went away; what was heard until then stands.
            } finally {
                ended.countDown();
            }
        }

        /** Shakes hands as a server; from then on all goes through TLS. */
        public void secure(SSLContext context) throws IOException {
            SSLSocket secured = (SSLSocket) context.getSocketFactory()
                    .createSocket(socket, socket.getInetAddress().getHostAddress(), socket.getPort(), false);
            secured.setUseClientMode(false);
            secured.startHandshake();
            in = new BufferedInputStream(secured.getInputStream());
            out = secured.getOutputStream();
            tls = secured.getSession();
            farewell = secured;
        }

        /** The TLS session, {@code null} in clear. */
        public @Nullable SSLSession tls() {
            return tls;
        }

        /** Sends close_notify, and goes on listening. */
        public void endTls() throws IOException {
            farewell.close();
        }

        /** Who connected. */
        public InetSocketAddress client() {
            return (InetSocketAddress) socket.getRemoteSocketAddress();
        }

        /** Sends the lines of a reply at once, each with CRLF. */
        public void say(String... replyLines) throws IOException {
            sayOctets((String.join("\r\n", replyLines) + "\r\n").getBytes(StandardCharsets.UTF_8));
        }

        public void sayOctets(byte[] octets) throws IOException {
            pipelined |= in.available() > 0;
            out.write(octets);
            out.flush();
        }

        /** Reads and remembers a line, without its CRLF; {@code null} at the end of input. */
        public @Nullable String hear() throws IOException {
            byte[] octets = untilLineFeed();
            if (octets == null) {
                return null;
            }
            String line = new String(octets, StandardCharsets.UTF_8);
            String bare = line.endsWith("\r\n") ? line.substring(0, line.length() - 2) : line;
            heard.add(bare);
            return bare;
        }

        /** Reads content up to the lone dot, as it came: dots stuffed, with the dot's line. */
        public byte[] hearContent() throws IOException {
            ByteArrayOutputStream content = new ByteArrayOutputStream();
            byte[] line = untilLineFeed();
            while (line != null && content.size() < HEARD_OCTETS_MAX) {
                content.writeBytes(line);
                boolean afterCrlf = endsWithCrlf(content, line.length);
                if (afterCrlf && new String(line, StandardCharsets.ISO_8859_1).equals(".\r\n")) {
                    return content.toByteArray();
                }
                line = untilLineFeed();
            }
            throw new IOException("content without an end");
        }

        private static boolean endsWithCrlf(ByteArrayOutputStream content, int lastLine) {
            byte[] all = lastLine == 3 ? content.toByteArray() : new byte[0];
            int before = all.length - lastLine;
            return lastLine == 3
                    && (before == 0 || (before >= 2 && all[before - 2] == '\r' && all[before - 1] == '\n'));
        }

        /** Reads this many octets, as of a BDAT. */
        public byte[] hearOctets(int count) throws IOException {
            return in.readNBytes(count);
        }

        /** Reads whatever comes until the client closes. */
        public void hearOut() throws IOException {
            in.skip(Long.MAX_VALUE);
            while (in.read() >= 0) {
                in.skip(Long.MAX_VALUE);
            }
        }

        private byte @Nullable [] untilLineFeed() throws IOException {
            ByteArrayOutputStream line = new ByteArrayOutputStream();
            for (int octet = in.read(); octet >= 0; octet = in.read()) {
                line.write(octet);
                if (octet == '\n') {
                    return line.toByteArray();
                }
            }
            return null;
        }

        /** Sends the octets one by one, {@code pace} apart, until all are sent or the client has gone. */
        public void drip(byte[] octets, Duration pace) throws IOException {
            socket.setSoTimeout(Math.toIntExact(pace.toMillis()));
            for (byte octet : octets) {
                sayOctets(new byte[] {octet});
                try {
                    if (in.read() < 0) {
                        return;
                    }
                } catch (SocketTimeoutException _) {
                    // The client says nothing, which is what the pace is measured by.
                }
            }
            socket.setSoTimeout(0);
        }

        /** Does nothing, not even reading, until the peer is closed. */
        public void hold() throws IOException {
            try {
                dropped.await();
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
        }

        /** Sends a FIN, and goes on listening. */
        public void halfClose() throws IOException {
            socket.shutdownOutput();
        }

        /** Closes at once. */
        public void drop() {
            dropped.countDown();
            closeQuietly(socket);
        }

        /** Closes with a RST. */
        public void reset() throws IOException {
            socket.setSoLinger(true, 0);
            socket.close();
        }

        /** The lines that {@link #hear} returned so far. */
        public List<String> heard() {
            return List.copyOf(heard);
        }

        /** Whether at any reply the client had already sent more than what was being answered. */
        public boolean pipelined() {
            return pipelined;
        }

        /** Waits until the script has ended. */
        public void awaitEnd() {
            try {
                if (!ended.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                    throw new AssertionError("the script did not end; heard " + heard);
                }
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }
}
