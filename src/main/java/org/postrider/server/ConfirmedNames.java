package org.postrider.server;

import java.net.InetAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.postrider.dns.Resolver;
import org.postrider.mail.Domain;
import org.postrider.policy.NameConfirmation;
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
    private static final int LOOKUPS_MAX = 500;

    private final NameConfirmation names;
    private final Semaphore lookups = new Semaphore(LOOKUPS_MAX);

    ConfirmedNames(Resolver resolver) {
        this.names = new NameConfirmation(resolver);
    }

    @Override
    public Optional<Domain> confirmedName(InetAddress address) {
        if (NameConfirmation.isPrivate(address) || !lookups.tryAcquire()) {
            return Optional.empty();
        }
        CompletableFuture<Optional<Domain>> found = new CompletableFuture<>();
        Thread.ofVirtual().name("reverse-name").start(() -> {
            try {
                found.complete(names.find(address).believed());
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
}
