package org.postrider.server;

import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.postrider.dns.Answer;
import org.postrider.dns.Family;
import org.postrider.dns.Resolver;
import org.postrider.mail.Domain;
import org.postrider.reception.ReverseNames;

/**
 * Names of clients that the DNS confirms in both directions. The name is only written into the Received field (RFC 5321
 * §4.4), so that no client waits for it longer than {@link #PATIENCE}, and addresses that no public DNS can know are not
 * asked for.
 *
 * <p>Thread: any.
 */
final class ConfirmedNames implements ReverseNames {
    private static final Duration PATIENCE = Duration.ofSeconds(2);
    private static final int NAMES_MAX = 10;
    private static final int LOOKUPS_MAX = 500;

    private final Resolver resolver;
    private final Semaphore lookups = new Semaphore(LOOKUPS_MAX);

    ConfirmedNames(Resolver resolver) {
        this.resolver = resolver;
    }

    @Override
    public Optional<Domain> confirmedName(InetAddress address) {
        boolean nobodysName =
                address.isLoopbackAddress() || address.isSiteLocalAddress() || address.isLinkLocalAddress();
        if (nobodysName || !lookups.tryAcquire()) {
            return Optional.empty();
        }
        CompletableFuture<Optional<Domain>> found = new CompletableFuture<>();
        Thread.ofVirtual().name("reverse-name").start(() -> {
            try {
                found.complete(lookUp(address));
            } finally {
                lookups.release();
                found.complete(Optional.empty());
            }
        });
        try {
            return found.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException _) {
            return Optional.empty();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    private Optional<Domain> lookUp(InetAddress address) {
        Family family = address.getAddress().length == 4 ? Family.IPV4 : Family.IPV6;
        List<Domain> names = records(resolver.ptr(address));
        return names.stream()
                .limit(NAMES_MAX)
                .filter(name -> records(resolver.addresses(name, family)).contains(address))
                .findFirst();
    }

    private static <T> List<T> records(Answer<T> answer) {
        return answer instanceof Answer.Found<T> found ? found.records() : List.of();
    }
}
