package org.postrider.server.cli;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.postrider.dns.DnsResolver;
import org.postrider.dns.DnsSettings;
import org.postrider.dns.Resolver;

/**
 * The resolvers of one run of {@code check}, one for each server that a question names. They remember answers for their TTL,
 * and failures not at all: the next line may be about a zone that has been repaired.
 *
 * <p>Thread: confined.
 */
final class CheckResolvers {
    private static final int RESOLVERS_MAX = 100;
    private static final Duration TRY_TIMEOUT = Duration.ofSeconds(2);
    private static final int ROUNDS = 2;

    private final List<InetSocketAddress> usualServers;
    private final boolean trustAd;
    private final Map<List<InetSocketAddress>, Resolver> resolvers;

    /**
     * @param usualServers asked where a question names none; empty for the system's
     * @param trustAd whether their AD bit counts
     */
    CheckResolvers(List<InetSocketAddress> usualServers, boolean trustAd) {
        this.usualServers = List.copyOf(usualServers);
        this.trustAd = trustAd;
        this.resolvers = new LinkedHashMap<>(16, 0.75f, true) {
            @Override
            protected boolean removeEldestEntry(Map.Entry<List<InetSocketAddress>, Resolver> eldest) {
                return size() > RESOLVERS_MAX;
            }
        };
    }

    /**
     * @param server as {@code 127.0.0.1:5399}
     */
    Resolver of(Optional<String> server) throws Unanswerable {
        List<InetSocketAddress> servers = usualServers;
        if (server.isPresent()) {
            servers = DnsSettings.server(server.get()).stream().toList();
            if (servers.isEmpty()) {
                throw new Unanswerable("\"dns\" is not an IP address with or without a port");
            }
        }
        return resolvers.computeIfAbsent(servers, this::resolver);
    }

    private Resolver resolver(List<InetSocketAddress> servers) {
        DnsSettings usual = DnsSettings.DEFAULT;
        DnsSettings settings = new DnsSettings(
                servers,
                trustAd,
                "",
                TRY_TIMEOUT,
                ROUNDS,
                usual.cacheEntriesMax(),
                usual.ttlMax(),
                usual.negativeTtlMax(),
                Duration.ZERO);
        return new DnsResolver(settings, System::nanoTime);
    }
}
