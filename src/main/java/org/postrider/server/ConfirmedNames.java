package org.postrider.server;

import java.net.InetAddress;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.postrider.dns.Resolver;
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
    private static final NameConfirmation.Result UNANSWERED =
            new NameConfirmation.Result.Failed("there was no answer in time");

    private final NameConfirmation names;
    private final Semaphore lookups = new Semaphore(LOOKUPS_MAX);

    ConfirmedNames(Resolver resolver) {
        this.names = new NameConfirmation(resolver);
    }

    @Override
    public NameConfirmation.Result find(InetAddress address) {
        if (NameConfirmation.isPrivate(address)) {
            return new NameConfirmation.Result.Private();
        }
        if (!lookups.tryAcquire()) {
            return UNANSWERED;
        }
        CompletableFuture<NameConfirmation.Result> found = new CompletableFuture<>();
        Thread.ofVirtual().name("reverse-name").start(() -> {
            try {
                found.complete(names.find(address));
            } finally {
                lookups.release();
                found.complete(UNANSWERED);
            }
        });
        try {
            return found.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException _) {
            return UNANSWERED;
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return UNANSWERED;
        }
    }
}
