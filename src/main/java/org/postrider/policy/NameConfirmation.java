package org.postrider.policy;

import java.net.InetAddress;
import java.util.Optional;
import org.postrider.dns.Answer;
import org.postrider.dns.Family;
import org.postrider.dns.Resolver;
import org.postrider.mail.Domain;

/**
 * Names of clients that the DNS confirms in both directions (FCrDNS). Addresses that no public DNS can know are not asked
 * for.
 *
 * <p>Thread: any; calls block.
 */
public final class NameConfirmation {
    /** Names of one address that are tried. */
    private static final int NAMES_MAX = 10;

    private final Resolver resolver;

    public NameConfirmation(Resolver resolver) {
        this.resolver = resolver;
    }

    /** What came of asking. */
    public sealed interface Result {
        record Confirmed(Domain name) implements Result {}

        /** The address has no name. */
        record Nameless() implements Result {}

        /** It has names, and none leads back to it. */
        record Unconfirmed(Domain first) implements Result {}

        /** It cannot be found out now. */
        record Failed(String detail) implements Result {}

        /** It makes no sense to ask. */
        record Private() implements Result {}

        /** The name, where there is one to be believed. */
        default Optional<Domain> believed() {
            return this instanceof Confirmed(Domain name) ? Optional.of(name) : Optional.empty();
        }
    }

    /** Blocks within the resolver's time-outs. */
    public Result find(InetAddress address) {
        if (isPrivate(address)) {
            return new Result.Private();
        }
        return switch (resolver.ptr(address)) {
            case Answer.NoSuchName<Domain> _, Answer.NoRecords<Domain> _ -> new Result.Nameless();
            case Answer.Failed<Domain> failed ->
                new Result.Failed(failed.failure().name());
            case Answer.Found<Domain> found when found.records().isEmpty() -> new Result.Nameless();
            case Answer.Found<Domain> found -> confirm(address, found);
        };
    }

    /** Whether no public DNS can know a name of the address. */
    public static boolean isPrivate(InetAddress address) {
        return address.isLoopbackAddress() || address.isSiteLocalAddress() || address.isLinkLocalAddress();
    }

    private Result confirm(InetAddress address, Answer.Found<Domain> names) {
        Family family = address.getAddress().length == 4 ? Family.IPV4 : Family.IPV6;
        String failure = "";
        for (Domain name : names.records().stream().limit(NAMES_MAX).toList()) {
            switch (resolver.addresses(name, family)) {
                case Answer.Found<InetAddress> found -> {
                    if (found.records().contains(address)) {
                        return new Result.Confirmed(name);
                    }
                }
                case Answer.Failed<InetAddress> failed ->
                    failure = failed.failure().name();
                case Answer.NoSuchName<InetAddress> _, Answer.NoRecords<InetAddress> _ -> {}
            }
        }
        return failure.isEmpty() ? new Result.Unconfirmed(names.records().getFirst()) : new Result.Failed(failure);
    }
}
