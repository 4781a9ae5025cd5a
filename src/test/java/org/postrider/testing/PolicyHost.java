package org.postrider.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;

/**
 * A web server with TLS on a loopback port that answers every request with the same octets, or never.
 *
 * <p>Thread: any.
 */
public final class PolicyHost implements AutoCloseable {
    private static final long SILENCE_SECONDS_MAX = 60;

    private final SSLServerSocket server;
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final List<byte[]> bodies = new CopyOnWriteArrayList<>();
    private final CountDownLatch closing = new CountDownLatch(1);
    private volatile byte[] answer;
    private volatile boolean silent;

    private PolicyHost(SSLServerSocket server, byte[] answer) {
        this.server = server;
        this.answer = answer;
    }

    /** @param certificate whatever it is worth */
    public static PolicyHost start(TestCertificate certificate) {
        try {
            SSLServerSocket server = (SSLServerSocket) certificate
                    .serverContext()
                    .getServerSocketFactory()
                    .createServerSocket(0, 50, InetAddress.ofLiteral("127.0.0.1"));
            PolicyHost host = new PolicyHost(server, new byte[0]);
            Thread.ofVirtual().name("policy-host").start(host::serve);
            return host;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public int port() {
        return server.getLocalPort();
    }

    /** Answers with a policy, as it should be served. */
    public PolicyHost serves(String policy) {
        return answers("200 OK", "Content-Type: text/plain; charset=utf-8", policy);
    }

    /** Answers with this status, header lines and body. */
    public PolicyHost answers(String status, String header, String body) {
        byte[] octets = body.getBytes(StandardCharsets.UTF_8);
        return answersRaw(
                "HTTP/1.1 " + status + "\r\n" + header + "\r\nContent-Length: " + octets.length + "\r\n\r\n" + body);
    }

    public PolicyHost answersRaw(String text) {
        answer = text.getBytes(StandardCharsets.UTF_8);
        silent = false;
        return this;
    }

    /** Takes requests and says nothing. */
    public PolicyHost isSilent() {
        silent = true;
        return this;
    }

    /** The request lines and Host fields so far. */
    public List<String> requests() {
        return List.copyOf(requests);
    }

    /** What came with each request that is done. */
    public List<byte[]> bodies() {
        return List.copyOf(bodies);
    }

    private static int length(String request) {
        return request.lines()
                .filter(line -> line.startsWith("Content-Length: "))
                .map(line -> Integer.parseInt(line.substring("Content-Length: ".length())))
                .findFirst()
                .orElse(0);
    }

    private void serve() {
        while (!server.isClosed()) {
            try {
                SSLSocket socket = (SSLSocket) server.accept();
                Thread.ofVirtual().name("policy-host-request").start(() -> answer(socket));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void answer(SSLSocket socket) {
        try (socket) {
            InputStream in = socket.getInputStream();
            StringBuilder request = new StringBuilder();
            while (request.indexOf("\r\n\r\n") < 0) {
                int octet = in.read();
                if (octet < 0) {
                    return;
                }
                request.append((char) octet);
            }
            bodies.add(in.readNBytes(length(request.toString())));
            requests.add(request.toString());
            if (silent) {
                boolean _ = closing.await(SILENCE_SECONDS_MAX, TimeUnit.SECONDS);
                return;
            }
            OutputStream out = socket.getOutputStream();
            out.write(answer);
            out.flush();
        } catch (IOException gone) {
            // The client is free to leave.
        } catch (InterruptedException ending) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        closing.countDown();
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
