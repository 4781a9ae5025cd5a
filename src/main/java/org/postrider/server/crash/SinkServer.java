package org.postrider.server.crash;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * An SMTP server that mail ends in: it takes everything, keeps the bytes as they came, and answers as its {@link Manners}
 * tell it, well or badly.
 *
 * <p>Thread: any; manners are asked on the session's thread.
 */
public final class SinkServer implements AutoCloseable {
    private static final int LINE_OCTETS_MAX = 64 * 1024;
    private static final int MESSAGE_OCTETS_MAX = 128 * 1024 * 1024;
    private static final int CLOSE_SECONDS = 10;
    private static final int BACKLOG = 1_024;

    /** One message as it arrived, the dots of transparency removed. */
    public static final class Received {
        private final String reversePath;
        private final List<String> recipients;
        private final byte[] content;

        Received(String reversePath, List<String> recipients, byte[] content) {
            this.reversePath = reversePath;
            this.recipients = List.copyOf(recipients);
            this.content = content;
        }

        public String reversePath() {
            return reversePath;
        }

        public List<String> recipients() {
            return recipients;
        }

        /** The bytes themselves. */
        public byte[] content() {
            return content;
        }
    }

    /** What the sink answers: a whole reply without CRLF, or {@link #HANG_UP}. */
    public interface Manners {
        /** Closes the connection without a reply. */
        String HANG_UP = "";

        default String connected() {
            return "220 sink.test ESMTP";
        }

        default String recipient(String reversePath, String recipient) {
            return "250 2.1.5 Ok";
        }

        /** Called when the last dot has come and before the reply goes out. */
        default String ended(Received message) {
            return "250 2.0.0 Ok";
        }

        /** Called when the reply to the last dot is on its way. */
        default void answered(Received message, String reply) {}
    }

    private final ServerSocket listener;
    private final Manners manners;
    private final ExecutorService threads = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("sink-", 0).factory());
    private final CountDownLatch ended = new CountDownLatch(1);
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();

    private SinkServer(ServerSocket listener, Manners manners) {
        this.listener = listener;
        this.manners = manners;
    }

    /** Listens on a loopback port, 0 for any. */
    public static SinkServer start(int port, Manners manners) throws IOException {
        ServerSocket listener = new ServerSocket();
        listener.setReuseAddress(true);
        listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), BACKLOG);
        SinkServer sink = new SinkServer(listener, manners);
        sink.threads.execute(sink::accept);
        return sink;
    }

    public InetSocketAddress address() {
        return (InetSocketAddress) listener.getLocalSocketAddress();
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = listener.accept();
                open.add(socket);
                threads.execute(() -> serve(socket));
            }
        } catch (IOException | RejectedExecutionException closed) {
            // Closing is the only way out.
        } finally {
            ended.countDown();
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            socket.setTcpNoDelay(true);
            new Session(socket).run();
        } catch (IOException gone) {
            // The other side was killed or hung up, which is what we are here for.
        } finally {
            open.remove(socket);
        }
    }

    /** Stops listening and drops every connection; the port is free when this returns. */
    @Override
    public void close() throws IOException {
        listener.close();
        try {
            // The thread in accept() is the one that gives the port back.
            if (!ended.await(CLOSE_SECONDS, TimeUnit.SECONDS)) {
                throw new IOException("the sink still accepts");
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        for (Socket socket : open) {
            socket.close();
        }
        threads.shutdown();
    }

    /** One connection. */
    private final class Session {
        private final InputStream in;
        private final OutputStream out;
        private String reversePath = "";
        private List<String> recipients = new ArrayList<>();

        Session(Socket socket) throws IOException {
            this.in = new BufferedInputStream(socket.getInputStream(), 16 * 1024);
            this.out = new BufferedOutputStream(socket.getOutputStream(), 1_024);
        }

        void run() throws IOException {
            boolean going = reply(manners.connected());
            while (going) {
                if (in.available() == 0) {
                    out.flush();
                }
                going = obey(line());
            }
            out.flush();
        }

        private boolean obey(String command) throws IOException {
            String verb = command.split(" ", 2)[0].toUpperCase(Locale.ROOT);
            return switch (verb) {
                case "EHLO" ->
                    reply("250-sink.test\r\n250-PIPELINING\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n"
                            + "250-ENHANCEDSTATUSCODES\r\n250 SIZE " + MESSAGE_OCTETS_MAX);
                case "HELO", "NOOP" -> reply("250 sink.test");
                case "RSET" -> {
                    forget();
                    yield reply("250 2.0.0 Ok");
                }
                case "MAIL" -> {
                    forget();
                    reversePath = path(command);
                    yield reply("250 2.1.0 Ok");
                }
                case "RCPT" -> recipient(path(command));
                case "DATA" -> data();
                case "QUIT" -> {
                    reply("221 2.0.0 Bye");
                    yield false;
                }
                default -> reply("502 5.5.1 Not here");
            };
        }

        private void forget() {
            reversePath = "";
            recipients = new ArrayList<>();
        }

        private boolean recipient(String path) throws IOException {
            String answer = manners.recipient(reversePath, path);
            if (answer.startsWith("2")) {
                recipients.add(path);
            }
            return reply(answer);
        }

        private boolean data() throws IOException {
            if (recipients.isEmpty()) {
                return reply("554 5.5.1 No recipients");
            }
            reply("354 Go on");
            out.flush();
            Received message = new Received(reversePath, recipients, content());
            forget();
            String answer = manners.ended(message);
            boolean going = reply(answer);
            out.flush();
            manners.answered(message, answer);
            return going;
        }

        private boolean reply(String text) throws IOException {
            if (text.equals(Manners.HANG_UP)) {
                return false;
            }
            out.write((text + "\r\n").getBytes(StandardCharsets.UTF_8));
            return true;
        }

        /** Reads up to CRLF, which alone ends a line. */
        private byte[] rawLine() throws IOException {
            ByteArrayOutputStream line = new ByteArrayOutputStream(128);
            int previous = -1;
            for (int octet = in.read(); octet >= 0; octet = in.read()) {
                line.write(octet);
                if (octet == '\n' && previous == '\r') {
                    return line.toByteArray();
                }
                if (line.size() > LINE_OCTETS_MAX) {
                    throw new IOException("line longer than " + LINE_OCTETS_MAX);
                }
                previous = octet;
            }
            throw new EOFException();
        }

        private String line() throws IOException {
            byte[] raw = rawLine();
            return new String(raw, 0, raw.length - 2, StandardCharsets.UTF_8);
        }

        private byte[] content() throws IOException {
            ByteArrayOutputStream content = new ByteArrayOutputStream(16 * 1024);
            while (content.size() <= MESSAGE_OCTETS_MAX) {
                byte[] raw = rawLine();
                int from = raw[0] == '.' ? 1 : 0;
                if (from == 1 && raw.length == 3) {
                    return content.toByteArray();
                }
                content.write(raw, from, raw.length - from);
            }
            throw new IOException("message larger than " + MESSAGE_OCTETS_MAX);
        }

        private static String path(String command) {
            int open = command.indexOf('<');
            int close = command.indexOf('>', open);
            return open < 0 || close < 0 ? "" : command.substring(open + 1, close);
        }
    }
}
