package org.postrider.tlspolicy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.postrider.dns.Answer;
import org.postrider.dns.Family;
import org.postrider.dns.Resolver;
import org.postrider.mail.Domain;
import org.postrider.tls.ClientEngines;
import org.postrider.tls.TlsChannel;
import org.postrider.tls.TlsFailure;
import org.postrider.tls.Transport;

/**
 * One call on a web host that a stranger names: no proxies, nothing remembered, an end in time.
 *
 * <p>The host's name goes to the server's own resolver like that of any mail host, and its addresses must be such as mail may
 * go to: a domain's owner must not be able to make us call on our neighbours. Neither can be had of the JDK's HTTP client.
 *
 * <p>Thread: any; blocks.
 */
final class HttpsCall {
    static final int HTTPS_PORT = 443;
    private static final Duration CONNECT_MOST = Duration.ofSeconds(15);
    private static final int ADDRESSES_MAX = 3;

    private final Resolver resolver;
    private final Duration timeout;
    private final ClientEngines engines = new ClientEngines();

    /** What is done over a connection whose handshake is done. */
    @FunctionalInterface
    interface Talk<T> {
        T over(TlsChannel channel) throws IOException;
    }

    /** The call did not come about. */
    static final class Failed extends IOException {
        private static final long serialVersionUID = 1;

        Failed(String what) {
            super(what);
        }
    }

    /**
     * @param timeout from the connection to the last octet
     */
    HttpsCall(Resolver resolver, Duration timeout) {
        this.resolver = resolver;
        this.timeout = timeout;
    }

    /**
     * Calls on a host.
     *
     * @throws Failed with a clause for people, without its subject
     */
    <T> T call(Domain host, int port, Predicate<InetAddress> allowed, Talk<T> talk) throws Failed {
        Deadline deadline = new Deadline(timeout);
        List<InetAddress> addresses = addresses(host, allowed);
        Failed last = new Failed("has no address that may be called on");
        for (InetAddress address : addresses.subList(0, Math.min(addresses.size(), ADDRESSES_MAX))) {
            Socket socket = new Socket();
            CompletableFuture<Void> end = null;
            try (socket) {
                socket.connect(new InetSocketAddress(address, port), deadline.millisLeft(CONNECT_MOST));
                end = deadline.closing(socket);
                TlsChannel channel =
                        new TlsChannel(engines.engine(host.ascii(), port), new SocketTransport(socket, deadline));
                channel.handshake();
                return talk.over(channel);
            } catch (SocketTimeoutException late) {
                last = new Failed("does not answer in time");
            } catch (TlsFailure noTls) {
                throw new Failed("shakes no hands: " + noTls.getMessage());
            } catch (IOException broken) {
                last = new Failed(
                        deadline.over() ? "does not answer in time" : "cannot be asked: " + broken.getMessage());
            } finally {
                if (end != null) {
                    end.cancel(false);
                }
            }
        }
        throw last;
    }

    private List<InetAddress> addresses(Domain host, Predicate<InetAddress> allowed) {
        List<InetAddress> all = new ArrayList<>();
        for (Family family : Family.values()) {
            if (resolver.addresses(host, family) instanceof Answer.Found<InetAddress> found) {
                found.records().stream().filter(allowed).forEach(all::add);
            }
        }
        return all;
    }

    /** The end of a call, on a clock that never jumps. */
    private static final class Deadline {
        private final long endNanos;

        Deadline(Duration patience) {
            endNanos = System.nanoTime() + patience.toNanos();
        }

        boolean over() {
            return endNanos - System.nanoTime() <= 0;
        }

        /** At least one, since zero would be for ever. */
        int millisLeft(Duration most) throws SocketTimeoutException {
            long left = Duration.ofNanos(endNanos - System.nanoTime()).toMillis();
            if (left <= 0) {
                throw new SocketTimeoutException("the time for the call is over");
            }
            return (int) Math.min(left, most.toMillis());
        }

        /** Closes the socket at the end: a write waits for the peer without a time-out of its own. */
        CompletableFuture<Void> closing(Socket socket) {
            long left = Math.max(1, endNanos - System.nanoTime());
            return CompletableFuture.runAsync(
                    () -> {
                        try {
                            socket.close();
                        } catch (IOException _) {
                            // It is of no use any more.
                        }
                    },
                    CompletableFuture.delayedExecutor(left, TimeUnit.NANOSECONDS));
        }
    }

    private record SocketTransport(Socket socket, Deadline deadline) implements Transport {
        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            socket.setSoTimeout(deadline.millisLeft(HttpsPolicyFetch.TIMEOUT));
            return socket.getInputStream().read(into, offset, length);
        }

        @Override
        public void write(byte[] octets, int offset, int length) throws IOException {
            socket.getOutputStream().write(octets, offset, length);
        }
    }
}
