package org.postrider.tlspolicy;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.Supplier;
import org.postrider.dns.Resolver;
import org.postrider.mail.Domain;
import org.postrider.tls.TlsChannel;

/**
 * Posts reports to those who want them over HTTPS (RFC 8460 §5.4): one request, no redirects. Certificates are not looked at,
 * which RFC 8460 §3 allows: a report on TLS that does not work must not need TLS that works.
 *
 * <p>Thread: any; blocks.
 */
public final class HttpsReportPost {
    public static final Duration TIMEOUT = Duration.ofMinutes(1);

    private static final int OCTETS_MAX = 16 << 20;

    private final HttpsCall call;
    private final Supplier<HttpsPolicyFetch.Reach> reach;

    /**
     * @param reach where hosts may be; its port is that of URIs that name none
     * @param timeout for one post as a whole, {@link #TIMEOUT}
     */
    public HttpsReportPost(Resolver resolver, Supplier<HttpsPolicyFetch.Reach> reach, Duration timeout) {
        this.call = new HttpsCall(resolver, timeout);
        this.reach = reach;
    }

    /**
     * Posts.
     *
     * @param to an {@code https:} URI
     * @throws IOException where it was not taken, in words for people
     */
    public void post(URI to, String mediaType, byte[] content) throws IOException {
        String name = String.valueOf(to.getHost());
        Domain host = Domain.parse(name).orElseThrow(() -> new IOException(name + " is no host"));
        HttpsPolicyFetch.Reach now = reach.get();
        int port = to.getPort() < 0 ? now.port() : to.getPort();
        if (content.length > OCTETS_MAX) {
            throw new IOException("a report of more than " + OCTETS_MAX + " octets");
        }
        byte[] request = request(to, host, mediaType, content.length);
        try {
            int status = call.call(host, port, now.allowed(), channel -> exchange(channel, request, content));
            if (status / 100 != 2) {
                throw new IOException(host + " answers " + status);
            }
        } catch (HttpsCall.Failed failed) {
            throw new IOException(host + " " + failed.getMessage(), failed);
        }
    }

    private static int exchange(TlsChannel channel, byte[] request, byte[] content) throws IOException {
        channel.write(request, 0, request.length);
        channel.write(content, 0, content.length);
        return new HttpAnswer(channel::read, 0).status();
    }

    private static byte[] request(URI to, Domain host, String mediaType, int length) {
        String path = to.getRawPath() == null || to.getRawPath().isEmpty() ? "/" : to.getRawPath();
        String query = to.getRawQuery() == null ? "" : "?" + to.getRawQuery();
        String text = "POST " + path + query + " HTTP/1.1\r\nHost: " + host.ascii()
                + (to.getPort() < 0 || to.getPort() == HttpsCall.HTTPS_PORT ? "" : ":" + to.getPort())
                + "\r\nUser-Agent: Postrider\r\nContent-Type: " + mediaType + "\r\nContent-Length: " + length
                + "\r\nConnection: close\r\n\r\n";
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
