package org.postrider.tlspolicy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.postrider.dns.Answer;
import org.postrider.dns.Family;
import org.postrider.dns.Resolver;
import org.postrider.mail.Domain;
import org.postrider.tls.Authorities;
import org.postrider.tls.ClientEngines;
import org.postrider.tls.TlsChannel;
import org.postrider.tls.TlsFailure;
import org.postrider.tls.Transport;

/**
 * Fetches policies over HTTPS: one GET, no redirects, no proxies, nothing remembered (RFC 8461 §3.3).
 *
 * <p>The host's name goes to the server's own resolver like that of any mail host, and its addresses must be such as mail may
 * go to: a domain's owner must not be able to make us call on our neighbours. Neither can be had of the JDK's HTTP client.
 *
 * <p>Thread: any; blocks.
 */
public final class HttpsPolicyFetch implements PolicyFetch {
    /** RFC 8461 §3.3 suggests a minute, from the connection to the last octet. */
    public static final Duration TIMEOUT = Duration.ofMinutes(1);

    static final String HOST_LABEL = "mta-sts";
    private static final String PATH = "/.well-known/mta-sts.txt";
    private static final Duration CONNECT_MOST = Duration.ofSeconds(15);
    private static final int ADDRESSES_MAX = 3;
    private static final int HTTPS_PORT = 443;

    private final Resolver resolver;
    private final Supplier<Reach> reach;
    private final Supplier<Authorities> authorities;
    private final InstantSource clock;
    private final Duration timeout;
    private final ClientEngines engines = new ClientEngines();

    /**
     * Where policy hosts may be.
     *
     * @param port 443 where it is not a test
     * @param allowed which addresses may be called on
     */
    public record Reach(int port, Predicate<InetAddress> allowed) {}

    /**
     * @param reach as it is now
     * @param authorities those believed now
     * @param timeout for one fetch as a whole, {@link #TIMEOUT}
     */
    public HttpsPolicyFetch(
            Resolver resolver,
            Supplier<Reach> reach,
            Supplier<Authorities> authorities,
            InstantSource clock,
            Duration timeout) {
        this.resolver = resolver;
        this.reach = reach;
        this.authorities = authorities;
        this.clock = clock;
        this.timeout = timeout;
    }

    @Override
    public Fetched fetch(Domain domain) {
        Optional<Domain> host = Domain.parse(HOST_LABEL + "." + domain.ascii());
        if (host.isEmpty()) {
            return failed("would have too long a name");
        }
        Deadline deadline = new Deadline(timeout);
        Reach now = reach.get();
        List<InetAddress> addresses = addresses(host.get(), now);
        Fetched last = failed("has no address that may be called on");
        for (InetAddress address : addresses.subList(0, Math.min(addresses.size(), ADDRESSES_MAX))) {
            Socket socket = new Socket();
            try (socket) {
                socket.connect(new InetSocketAddress(address, now.port), deadline.millisLeft(CONNECT_MOST));
                return overTls(socket, host.get(), now.port, deadline);
            } catch (SocketTimeoutException late) {
                last = failed("does not answer in time");
            } catch (TlsFailure noTls) {
                return failed("shakes no hands: " + noTls.getMessage());
            } catch (IOException broken) {
                last = failed("cannot be asked: " + broken.getMessage());
            }
        }
        return last;
    }

    private List<InetAddress> addresses(Domain host, Reach now) {
        List<InetAddress> all = new ArrayList<>();
        for (Family family : Family.values()) {
            if (resolver.addresses(host, family) instanceof Answer.Found<InetAddress> found) {
                found.records().stream().filter(now.allowed).forEach(all::add);
            }
        }
        return all;
    }

    private Fetched overTls(Socket socket, Domain host, int port, Deadline deadline) throws IOException {
        TlsChannel channel = new TlsChannel(engines.engine(host.ascii(), port), new SocketTransport(socket, deadline));
        channel.handshake();
        Authorities.Verdict verdict =
                authorities.get().server(channel.facts().peerChain(), host.ascii(), clock.instant());
        if (verdict instanceof Authorities.Verdict.Distrusted(var _, String detail)) {
            return new Fetched.Failed(Cause.CERTIFICATE, detail);
        }
        byte[] request = ("GET " + PATH + " HTTP/1.1\r\nHost: " + host.ascii()
                        + (port == HTTPS_PORT ? "" : ":" + port)
                        + "\r\nUser-Agent: Postrider\r\nAccept: text/plain\r\nConnection: close\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII);
        channel.write(request, 0, request.length);
        return new HttpAnswer(channel::read, StsPolicy.OCTETS_MAX).read();
    }

    private static Fetched failed(String detail) {
        return new Fetched.Failed(Cause.FETCH, detail);
    }

    /** The end of a fetch, on a clock that never jumps. */
    private static final class Deadline {
        private final long endNanos;

        Deadline(Duration patience) {
            endNanos = System.nanoTime() + patience.toNanos();
        }

        /** At least one, since zero would be for ever. */
        int millisLeft(Duration most) throws SocketTimeoutException {
            long left = Duration.ofNanos(endNanos - System.nanoTime()).toMillis();
            if (left <= 0) {
                throw new SocketTimeoutException("the time for the fetch is over");
            }
            return (int) Math.min(left, most.toMillis());
        }
    }

    private record SocketTransport(Socket socket, Deadline deadline) implements Transport {
        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            socket.setSoTimeout(deadline.millisLeft(TIMEOUT));
            return socket.getInputStream().read(into, offset, length);
        }

        @Override
        public void write(byte[] octets, int offset, int length) throws IOException {
            // A request and a handshake fit into the socket's buffer.
            socket.getOutputStream().write(octets, offset, length);
        }
    }
}
