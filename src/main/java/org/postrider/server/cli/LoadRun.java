package org.postrider.server.cli;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.Recorder;
import org.jspecify.annotations.Nullable;

/**
 * One load: connections that send the same message again and again until enough were sent.
 *
 * <p>Speaks its own SMTP, a write for the envelope and one for the content, so that what is measured is the server and not
 * the care that our client takes.
 *
 * <p>Thread: a virtual thread a connection.
 */
final class LoadRun {
    static final int MESSAGE_OCTETS_MIN = 256;
    static final int MESSAGE_OCTETS_MAX = 64 << 20;
    static final int CONNECTIONS_MAX = 10_000;
    private static final int TIMEOUT_MILLIS = 60_000;
    private static final int LINE_OCTETS_MAX = 4_096;
    private static final long MICROS_MAX = TimeUnit.MINUTES.toMicros(10);

    private final InetSocketAddress server;
    private final int connections;
    private final int messages;
    private final int perConnection;
    private final byte[] envelope;
    private final byte[] content;

    private final AtomicInteger left;
    private final LongAdder accepted = new LongAdder();
    private final LongAdder refused = new LongAdder();
    private final AtomicReference<@Nullable String> firstRefusal = new AtomicReference<>();
    private final Recorder micros = new Recorder(MICROS_MAX, 3);

    LoadRun(
            InetSocketAddress server,
            int connections,
            int messages,
            int octets,
            int perConnection,
            String from,
            String to) {
        this.server = server;
        this.connections = Math.min(connections, messages);
        this.messages = messages;
        this.perConnection = perConnection;
        this.left = new AtomicInteger(messages);
        this.envelope = ascii("MAIL FROM:<" + from + ">\r\nRCPT TO:<" + to + ">\r\nDATA\r\n");
        this.content = content(octets, from, to);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] content(int octets, String from, String to) {
        StringBuilder text = new StringBuilder("From: <" + from + ">\r\nTo: <" + to + ">\r\nSubject: Load\r\n\r\n");
        String line = "This line is one of many that make up a message of a certain length.\r\n";
        while (text.length() + line.length() < octets) {
            text.append(line);
        }
        int rest = octets - text.length() - 2;
        return ascii(text + "x".repeat(Math.max(0, rest)) + "\r\n.\r\n");
    }

    BenchCommand.Result run(PrintWriter progress) throws InterruptedException {
        long start = System.nanoTime();
        Semaphore ended = new Semaphore(0);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < connections; i++) {
                threads.execute(() -> {
                    try {
                        work();
                    } finally {
                        ended.release();
                    }
                });
            }
            while (!ended.tryAcquire(connections, 1, TimeUnit.SECONDS)) {
                progress.printf("%d of %d%n", accepted.sum() + refused.sum(), messages);
                progress.flush();
            }
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        var histogram = micros.getIntervalHistogram();
        double rate = accepted.sum() / seconds;
        return new BenchCommand.Result(
                accepted.sum(),
                refused.sum(),
                seconds,
                rate,
                rate * content.length / (1 << 20),
                histogram.getValueAtPercentile(50),
                histogram.getValueAtPercentile(99),
                histogram.getMaxValue(),
                firstRefusal.get());
    }

    private void work() {
        while (left.get() > 0) {
            try (Socket socket = new Socket()) {
                socket.setTcpNoDelay(true);
                socket.setSoTimeout(TIMEOUT_MILLIS);
                socket.connect(server, TIMEOUT_MILLIS);
                converse(socket.getInputStream(), socket.getOutputStream());
            } catch (IOException e) {
                refuse("the connection broke: " + e.getMessage());
            }
        }
    }

    private void converse(InputStream input, OutputStream out) throws IOException {
        InputStream in = new BufferedInputStream(input, LINE_OCTETS_MAX);
        String greeting = reply(in);
        out.write(ascii("EHLO localhost\r\n"));
        String hello = greeting.startsWith("220") ? reply(in) : greeting;
        if (!hello.startsWith("250")) {
            refuse(hello);
            return;
        }
        for (int i = 0; i < perConnection && left.getAndDecrement() > 0; i++) {
            if (!send(in, out)) {
                return;
            }
        }
        out.write(ascii("QUIT\r\n"));
        reply(in);
    }

    /** Whether the session can go on. */
    private boolean send(InputStream in, OutputStream out) throws IOException {
        out.write(envelope);
        String sender = reply(in);
        String recipient = reply(in);
        String data = reply(in);
        if (!data.startsWith("354")) {
            refused.increment();
            String worst = sender.startsWith("250") ? recipient : sender;
            firstRefusal.compareAndSet(null, worst.startsWith("250") ? data : worst);
            return false;
        }
        out.write(content);
        long dot = System.nanoTime();
        String reply = reply(in);
        micros.recordValue(Math.min(MICROS_MAX, (System.nanoTime() - dot) / 1_000));
        if (reply.startsWith("250")) {
            accepted.increment();
        } else {
            refused.increment();
            firstRefusal.compareAndSet(null, reply);
        }
        return true;
    }

    /** A message that could not even be begun counts as one that was refused, so that the run ends. */
    private void refuse(String why) {
        if (left.getAndDecrement() > 0) {
            refused.increment();
            firstRefusal.compareAndSet(null, why);
        }
    }

    /** The last line of a reply. */
    private static String reply(InputStream in) throws IOException {
        while (true) {
            StringBuilder line = new StringBuilder();
            int c = in.read();
            while (c >= 0 && c != '\n' && line.length() < LINE_OCTETS_MAX) {
                line.append((char) c);
                c = in.read();
            }
            if (c < 0) {
                throw new IOException("closed by the server");
            }
            if (line.length() < 4 || line.charAt(3) != '-') {
                return line.toString().stripTrailing();
            }
        }
    }
}
