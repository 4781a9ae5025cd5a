package org.postrider.tlspolicy;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.postrider.dns.Resolver;
import org.postrider.mail.Domain;
import org.postrider.tls.Authorities;
import org.postrider.tls.TlsChannel;

/**
 * Fetches policies over HTTPS: one GET, no redirects, no proxies, nothing remembered (RFC 8461 §3.3).
 *
 * <p>Thread: any; blocks.
 */
public final class HttpsPolicyFetch implements PolicyFetch {
    /** RFC 8461 §3.3 suggests a minute, from the connection to the last octet. */
    public static final Duration TIMEOUT = Duration.ofMinutes(1);

    static final String HOST_LABEL = "mta-sts";
    private static final String PATH = "/.well-known/mta-sts.txt";

    private final HttpsCall call;
    private final Supplier<Reach> reach;
    private final Supplier<Authorities> authorities;
    private final InstantSource clock;

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
        this.call = new HttpsCall(resolver, timeout);
        this.reach = reach;
        this.authorities = authorities;
        this.clock = clock;
    }

    @Override
    public Fetched fetch(Domain domain) {
        Optional<Domain> host = Domain.parse(HOST_LABEL + "." + domain.ascii());
        if (host.isEmpty()) {
            return failed("would have too long a name");
        }
        Reach now = reach.get();
        try {
            return call.call(host.get(), now.port, now.allowed, channel -> over(channel, host.get(), now.port));
        } catch (HttpsCall.Failed failed) {
            return failed(String.valueOf(failed.getMessage()));
        }
    }

    private Fetched over(TlsChannel channel, Domain host, int port) throws IOException {
        Authorities.Verdict verdict =
                authorities.get().server(channel.facts().peerChain(), host.ascii(), clock.instant());
        if (verdict instanceof Authorities.Verdict.Distrusted(var _, String detail)) {
            return new Fetched.Failed(Cause.CERTIFICATE, detail);
        }
        byte[] request = ("GET " + PATH + " HTTP/1.1\r\nHost: " + host.ascii()
                        + (port == HttpsCall.HTTPS_PORT ? "" : ":" + port)
                        + "\r\nUser-Agent: Postrider\r\nAccept: text/plain\r\nConnection: close\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII);
        channel.write(request, 0, request.length);
        return new HttpAnswer(channel::read, StsPolicy.OCTETS_MAX).read();
    }

    private static Fetched failed(String detail) {
        return new Fetched.Failed(Cause.FETCH, detail);
    }
}
