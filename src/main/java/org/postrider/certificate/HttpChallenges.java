package org.postrider.certificate;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers the challenges of RFC 8555 §8.3 over HTTP, and nothing else. It stands open to the internet on port 80, so that
 * what it reads, how long, and for how many at once is bounded.
 *
 * <p>Thread: any.
 */
final class HttpChallenges implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(HttpChallenges.class);
    private static final int CONNECTIONS_MAX = 100;
    private static final int BACKLOG = 100;
    private static final int REQUEST_OCTETS_MAX = 8_192;
    private static final Duration CLOSE_WAIT = Duration.ofSeconds(2);
    private static final int WAIT_MILLIS = 5_000;
    private static final int READS_MAX = 20;

    private static final Pattern REQUEST =
            Pattern.compile("GET /\\.well-known/acme-challenge/(?<token>[A-Za-z0-9_-]{1,256}) HTTP/1\\.[01]\r\n");

    private final ConcurrentHashMap<String, String> answers = new ConcurrentHashMap<>();
    private final Semaphore connections = new Semaphore(CONNECTIONS_MAX);
    private @Nullable ServerSocket listening;
    private @Nullable Thread accepting;
    private @Nullable InetSocketAddress configured;

    void answer(String token, String authorization) {
        answers.put(token, authorization);
    }

    void forget(String token) {
        answers.remove(token);
    }

    /**
     * Listens there from now on, and no longer where it did; {@code null}: nowhere.
     *
     * @throws IOException where the address cannot be had; then nothing has changed
     */
    synchronized void listen(@Nullable InetSocketAddress address) throws IOException {
        if (address == null) {
            close();
            return;
        }
        if (address.equals(configured)) {
            return;
        }
        ServerSocket fresh = new ServerSocket();
        try {
            fresh.setReuseAddress(true);
            fresh.bind(address, BACKLOG);
        } catch (IOException e) {
            fresh.close();
            throw new IOException(
                    "cannot listen on " + address + " for the challenges of ACME (" + e.getMessage()
                            + "); name another [acme] http-address and forward port 80 to it, or allow this one",
                    e);
        }
        close();
        listening = fresh;
        configured = address;
        accepting = Thread.ofPlatform().daemon().name("acme-http").start(() -> accept(fresh));
    }

    /** The port that was taken; -1 where it does not listen. */
    synchronized int port() {
        return listening == null ? -1 : listening.getLocalPort();
    }

    private void accept(ServerSocket from) {
        while (!from.isClosed()) {
            try {
                Socket client = from.accept();
                if (connections.tryAcquire()) {
                    Thread.ofVirtual().name("acme-http-client").start(() -> serve(client));
                } else {
                    client.close();
                }
            } catch (IOException e) {
                if (!from.isClosed()) {
                    LOG.warn("a connection for a challenge of ACME could not be taken", e);
                }
            }
        }
    }

    private void serve(Socket client) {
        try (client) {
            client.setSoTimeout(WAIT_MILLIS);
            byte[] answer = reply(request(client.getInputStream()));
            client.getOutputStream().write(answer);
            client.shutdownOutput();
        } catch (IOException e) {
            LOG.debug("a client for a challenge of ACME left", e);
        } finally {
            connections.release();
        }
    }

    /** The request as far as it is needed; what is more than that is not read. */
    private static String request(InputStream from) throws IOException {
        byte[] octets = new byte[REQUEST_OCTETS_MAX];
        int length = 0;
        for (int reads = 0; reads < READS_MAX; reads++) {
            int count = from.read(octets, length, octets.length - length);
            if (count <= 0) {
                break;
            }
            length += count;
            String text = new String(octets, 0, length, StandardCharsets.ISO_8859_1);
            if (text.contains("\r\n\r\n")) {
                return text;
            }
        }
        return "";
    }

    private byte[] reply(String request) {
        Matcher matcher = REQUEST.matcher(request);
        @Nullable String found = matcher.lookingAt() ? answers.get(matcher.group("token")) : null;
        String body = found == null ? "Nothing here.\n" : found;
        return ("HTTP/1.1 " + (found == null ? "404 Not Found" : "200 OK")
                        + "\r\nContent-Type: " + (found == null ? "text/plain" : "application/octet-stream")
                        + "\r\nContent-Length: " + body.length() + "\r\nConnection: close\r\n\r\n" + body)
                .getBytes(StandardCharsets.US_ASCII);
    }

    @Override
    public synchronized void close() {
        try {
            if (listening != null) {
                listening.close();
            }
        } catch (IOException e) {
            LOG.debug("the address for challenges of ACME could not be closed", e);
        }
        awaitAccepting();
        listening = null;
        configured = null;
    }

    /** Until its last call has returned, the kernel keeps the address for it. */
    private void awaitAccepting() {
        Thread ending = accepting;
        accepting = null;
        try {
            if (ending != null && !ending.join(CLOSE_WAIT)) {
                LOG.debug("the address for challenges of ACME is still taken");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
