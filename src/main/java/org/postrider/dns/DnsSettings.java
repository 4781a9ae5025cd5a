package org.postrider.dns;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.xbill.DNS.SimpleResolver;

/**
 * How to ask.
 *
 * @param servers resolvers to ask in this order, resolved addresses; empty for the system's
 * @param trustAd whether the servers validate DNSSEC and the way to them is safe, so that their AD bit counts
 * @param trustAnchors DS or DNSKEY records in the form of a zone file, from which we validate answers with DNSSEC
 *     ourselves; empty for no validation
 * @param tryTimeout for one question to one server, UDP and its TCP repetition each
 * @param rounds how often the list of servers is gone through before a question is given up
 * @param cacheEntriesMax answers kept; the least recently used goes first
 * @param ttlMax what a greater TTL is cut to
 * @param negativeTtlMax the same for negative answers (RFC 2308 §5 advises one to three hours)
 * @param failureTtl how long a failure is remembered, so that a broken zone is not asked for each message of a burst
 */
public record DnsSettings(
        List<InetSocketAddress> servers,
        boolean trustAd,
        String trustAnchors,
        Duration tryTimeout,
        int rounds,
        int cacheEntriesMax,
        Duration ttlMax,
        Duration negativeTtlMax,
        Duration failureTtl) {
    /**
     * The keys of the root zone, as IANA publishes them: of 2017, and its successor of 2024.
     */
    public static final String ROOT_ANCHORS = """
            . IN DS 20326 8 2 E06D44B80B8F1D39A95C0B0D7C65D08458E880409BBC683457104237C7F8EC8D
            . IN DS 38696 8 2 683D2D0ACB8C9B712A1948B27F741219298D0A450D612C483AF444A4C0FB2B16
            """;

    /** The most servers that are asked; more are left out. */
    public static final int SERVERS_MAX = 3;

    private static final int PORT = 53;
    private static final Pattern SERVER = Pattern.compile(
            "(?:\\[(?<six>[0-9A-Fa-f:.]+)]|(?<plain>(?:[0-9]{1,3}[.]){3}[0-9]{1,3}|[0-9A-Fa-f:]*:[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*))(?::(?<port>\\d{1,5}))?");

    public static final DnsSettings DEFAULT = new DnsSettings(
            List.of(),
            false,
            "",
            Duration.ofSeconds(3),
            2,
            20_000,
            Duration.ofDays(1),
            Duration.ofHours(1),
            Duration.ofSeconds(1));

    public DnsSettings {
        servers = List.copyOf(servers.subList(0, Math.min(SERVERS_MAX, servers.size())));
        if (rounds < 1 || cacheEntriesMax < 1 || !tryTimeout.isPositive()) {
            throw new IllegalArgumentException("DNS settings without a try, a cache or a time-out");
        }
    }

    /**
     * Reads a server as people write it: {@code 192.0.2.53}, {@code 127.0.0.1:5399}, {@code ::1} or {@code [::1]:5399}. Empty
     * where it is none; a name is none, since there is nobody yet to ask for it.
     */
    public static Optional<InetSocketAddress> server(String text) {
        Matcher matcher = SERVER.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        String port = matcher.group("port");
        try {
            InetAddress address =
                    InetAddress.ofLiteral(matcher.group("six") == null ? matcher.group("plain") : matcher.group("six"));
            return Optional.of(new InetSocketAddress(address, port == null ? PORT : Integer.parseInt(port)));
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    /** The same, asking {@code others}. */
    public DnsSettings withServers(List<InetSocketAddress> others) {
        return new DnsSettings(
                others, trustAd, trustAnchors, tryTimeout, rounds, cacheEntriesMax, ttlMax, negativeTtlMax, failureTtl);
    }

    /** The same, with or without belief in the AD bit. */
    public DnsSettings withTrustAd(boolean trust) {
        return new DnsSettings(
                servers, trust, trustAnchors, tryTimeout, rounds, cacheEntriesMax, ttlMax, negativeTtlMax, failureTtl);
    }

    /** The same, validating from these keys. */
    public DnsSettings withTrustAnchors(String anchors) {
        return new DnsSettings(
                servers, trustAd, anchors, tryTimeout, rounds, cacheEntriesMax, ttlMax, negativeTtlMax, failureTtl);
    }

    /** Whether a text holds keys to validate from. */
    public static boolean isTrustAnchors(String text) {
        try {
            Validation.over(new SimpleResolver(InetSocketAddress.createUnresolved("none", PORT)), text);
            return true;
        } catch (IllegalArgumentException _) {
            return false;
        }
    }

    /** Whether answers can be authenticated at all. */
    public boolean validates() {
        return trustAd || !trustAnchors.isEmpty();
    }

    /** The same with another patience. */
    public DnsSettings withTries(Duration timeout, int times) {
        return new DnsSettings(
                servers, trustAd, trustAnchors, timeout, times, cacheEntriesMax, ttlMax, negativeTtlMax, failureTtl);
    }
}
