package org.postrider.http;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLEngine;
import org.postrider.mail.Domain;
import org.postrider.tls.ServerEngines;
import org.postrider.tls.TlsChannel;
import org.postrider.tls.Transport;
import org.postrider.tlspolicy.StsPolicy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves the MTA-STS policies of our own domains over HTTPS, and nothing else (RFC 8461 §3.2, §3.3): which one, says the Host that
 * is asked for. It stands open to the internet, so that what it reads, how long, and for how many at once is bounded.
 *
 * <p>Thread: any; a virtual one for each client.
 */
public final class StsHost implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(StsHost.class);
    private static final int CONNECTIONS_MAX = 200;
    private static final int REQUEST_OCTETS_MAX = 8_192;
    /** From the first octet of the handshake to the last of the answer. */
    private static final Duration REQUEST_MAX = Duration.ofSeconds(10);

    private static final Duration ACCEPT_PAUSE = Duration.ofMillis(100);

    private static final Pattern REQUEST =
            Pattern.compile("(GET|HEAD) /\\.well-known/mta-sts\\.txt(?:\\?\\S*)? HTTP/1\\.[01]\r\n.*", Pattern.DOTALL);

    private static final Pattern HOST = Pattern.compile(
            "\r\nhost:[ \t]*mta-sts\\.([a-z0-9._-]{1,253})(?::[0-9]{1,5})?[ \t]*\r\n", Pattern.CASE_INSENSITIVE);

    private final ServerSocket listening;
    private final ServerEngines engines;
    private final Supplier<Map<Domain, StsPolicy>> policies;
    private final Semaphore connections = new Semaphore(CONNECTIONS_MAX);

    private StsHost(ServerSocket listening, ServerEngines engines, Supplier<Map<Domain, StsPolicy>> policies) {
        this.listening = listening;
        this.engines = engines;
        this.policies = policies;
    }

    /**
     * Begins to serve.
     *
     * @param policies by the domain whose they are, as they are now
     * @throws IOException where the address cannot be had
     */
    public static StsHost start(
            InetSocketAddress address, ServerEngines engines, Supplier<Map<Domain, StsPolicy>> policies)
            throws IOException {
        ServerSocket socket = new ServerSocket();
        try {
            socket.setReuseAddress(true);
            socket.bind(address);
        } catch (IOException e) {
            socket.close();
            throw new IOException("cannot listen on " + address + " for MTA-STS policies: " + e.getMessage(), e);
        }
        StsHost host = new StsHost(socket, engines, policies);
        Thread.ofPlatform().daemon().name("mta-sts").start(host::accept);
        return host;
    }

    /** The port that was taken. */
    public int port() {
        return listening.getLocalPort();
    }

    private void accept() {
        while (!listening.isClosed()) {
            try {
                Socket client = listening.accept();
                if (connections.tryAcquire()) {
                    Thread.ofVirtual().name("mta-sts-client").start(() -> serve(client));
                } else {
                    client.close();
                }
            } catch (IOException e) {
                if (!listening.isClosed()) {
                    // No descriptors: it passes, and nobody gains by asking without a pause.
                    LOG.warn("a client for an MTA-STS policy could not be taken", e);
                    LockSupport.parkNanos(this, ACCEPT_PAUSE.toNanos());
                }
            }
        }
    }

    private void serve(Socket client) {
        try (client) {
            Optional<SSLEngine> engine = engines.engine();
            if (engine.isPresent()) {
                TlsChannel channel = new TlsChannel(engine.get(), transport(client));
                channel.handshake();
                byte[] answer = answer(request(channel)).getBytes(StandardCharsets.UTF_8);
                channel.write(answer, 0, answer.length);
                channel.finish();
            }
        } catch (IOException e) {
            LOG.debug("a client for an MTA-STS policy left", e);
        } finally {
            connections.release();
        }
    }

    private static Transport transport(Socket client) {
        long endNanos = System.nanoTime() + REQUEST_MAX.toNanos();
        return new Transport() {
            @Override
            public int read(byte[] into, int offset, int length) throws IOException {
                long left = Duration.ofNanos(endNanos - System.nanoTime()).toMillis();
                if (left <= 0) {
                    throw new SocketTimeoutException("too slow");
                }
                client.setSoTimeout((int) left);
                return client.getInputStream().read(into, offset, length);
            }

            @Override
            public void write(byte[] octets, int offset, int length) throws IOException {
                client.getOutputStream().write(octets, offset, length);
            }
        };
    }

    /** The request's header; empty where it does not end within its bounds. */
    private static String request(TlsChannel channel) throws IOException {
        byte[] octets = new byte[REQUEST_OCTETS_MAX];
        int length = 0;
        while (length < octets.length) {
            int count = channel.read(octets, length, octets.length - length);
            if (count < 0) {
                return "";
            }
            length += count;
            String text = new String(octets, 0, length, StandardCharsets.ISO_8859_1);
            if (text.contains("\r\n\r\n")) {
                return text;
            }
        }
        return "";
    }

    private String answer(String request) {
        Matcher line = REQUEST.matcher(request);
        Matcher host = HOST.matcher(request);
        Optional<StsPolicy> policy = line.matches() && host.find()
                ? Domain.parse(host.group(1).toLowerCase(Locale.ROOT))
                        .map(domain -> policies.get().get(domain))
                : Optional.empty();
        if (policy.isEmpty()) {
            return head("404 Not Found", 0);
        }
        String text = policy.get().text();
        return head("200 OK", text.length()) + (line.group(1).equals("HEAD") ? "" : text);
    }

    private static String head(String status, int length) {
        return "HTTP/1.1 " + status + "\r\nContent-Type: text/plain; charset=us-ascii\r\nContent-Length: " + length
                + "\r\nX-Content-Type-Options: nosniff\r\nConnection: close\r\n\r\n";
    }

    @Override
    public void close() {
        try {
            listening.close();
        } catch (IOException e) {
            LOG.debug("the address for MTA-STS policies could not be closed", e);
        }
    }
}
