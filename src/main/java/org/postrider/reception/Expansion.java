package org.postrider.reception;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;
import org.postrider.mail.DsnNotify;
import org.postrider.mail.Envelope;
import org.postrider.mail.ForwardPath;
import org.postrider.mail.Mailbox;
import org.postrider.mail.OriginalRecipient;
import org.postrider.mail.Recipient;

/**
 * Puts those to whom mail is forwarded in the place of those whom it is for. Each is one recipient from then on, and those
 * who come up more than once are one. An address that comes back to itself is itself: its mail goes on and is delivered,
 * too.
 *
 * <p>Of an alias with one target all is passed on that RCPT said (RFC 3461 §5.2.7.2); of one with several, the first gets it
 * all, as §5.2.7.3 (b) has it, and the others what (c) leaves them, all but SUCCESS.
 *
 * <p>Thread: confined.
 */
final class Expansion {
    /** Forwards that lead from one to the next. */
    private static final int HOPS_MAX = 10;

    /** Recipients that one message may come to have. */
    static final int RECIPIENTS_MAX = 10_000;

    private final Forwarding forwarding;
    private final Instant now;
    private final List<Place> places = new ArrayList<>();
    private final Map<Mailbox, Integer> known = new HashMap<>();
    private boolean forwarded;
    private boolean beyond;

    /**
     * A recipient.
     *
     * @param from the index of the one whom the client named
     * @param forwarded whether it is another than that
     */
    record Place(Recipient recipient, int from, boolean forwarded) {}

    private Expansion(Forwarding forwarding, Instant now) {
        this.forwarding = forwarding;
        this.now = now;
    }

    /**
     * @param settled whether a recipient, by its index, has its disposition already and stays who it is
     */
    static Expansion of(Envelope envelope, IntPredicate settled, Forwarding forwarding, Instant now) {
        Expansion made = new Expansion(forwarding, now);
        List<Recipient> recipients = envelope.recipients();
        for (int i = 0; i < recipients.size(); i++) {
            if (settled.test(i)) {
                made.places.add(new Place(recipients.get(i), i, false));
            } else {
                made.expand(recipients.get(i), i);
            }
        }
        return made;
    }

    /** Whether anybody is there in the place of another. */
    boolean isForwarded() {
        return forwarded;
    }

    /** Whether there would be more than {@link #RECIPIENTS_MAX}. */
    boolean isBeyond() {
        return beyond;
    }

    List<Place> places() {
        return places;
    }

    /** Whether mail goes on to another server, by a forward or by the route of its recipient. */
    boolean goesOn() {
        return places.stream()
                .anyMatch(place ->
                        !forwarding.endsHere().test(place.recipient().mailbox().host()));
    }

    /** Whether a forward, and not only a route, leads to another server. */
    boolean isForwardedElsewhere() {
        return places.stream()
                .anyMatch(place -> place.forwarded()
                        && !forwarding
                                .endsHere()
                                .test(place.recipient().mailbox().host()));
    }

    private void expand(Recipient recipient, int index) {
        List<Mailbox> targets = targets(recipient.mailbox());
        if (targets == null) {
            add(new Place(recipient, index, false));
            return;
        }
        forwarded = true;
        Set<Mailbox> found = new LinkedHashSet<>();
        Set<Mailbox> path = new LinkedHashSet<>(Set.of(Forwarding.key(recipient.mailbox())));
        collect(targets, path, new HashSet<>(path), found);
        boolean first = true;
        for (Mailbox target : found) {
            add(new Place(inPlaceOf(recipient, target, first), index, true));
            first = false;
        }
    }

    private @Nullable List<Mailbox> targets(Mailbox address) {
        return switch (forwarding.meaning(address, now)) {
            case Forwarding.Forwarded(List<Mailbox> targets) -> targets;
            case Forwarding.Return(Mailbox sender) -> List.of(sender);
            case Forwarding.Plain _, Forwarding.Forged _, Forwarding.Outdated _ -> null;
        };
    }

    /**
     * @param path the forwards that lead here
     * @param passed all forwards that were followed; none is twice
     */
    private void collect(List<Mailbox> targets, Set<Mailbox> path, Set<Mailbox> passed, Set<Mailbox> found) {
        for (Mailbox target : targets) {
            Mailbox key = Forwarding.key(target);
            List<Mailbox> further = path.size() > HOPS_MAX || path.contains(key) ? null : targets(target);
            if (further == null) {
                found.add(target);
            } else if (passed.add(key)) {
                path.add(key);
                collect(further, path, passed, found);
                path.remove(key);
            }
        }
    }

    private void add(Place place) {
        Integer same = known.putIfAbsent(place.recipient().mailbox(), places.size());
        if (same != null && (place.forwarded() || places.get(same).forwarded())) {
            return;
        }
        beyond |= places.size() >= RECIPIENTS_MAX;
        if (!beyond) {
            places.add(place);
        }
    }

    private static Recipient inPlaceOf(Recipient alias, Mailbox target, boolean first) {
        DsnNotify notify = alias.dsnNotify();
        DsnNotify others = notify.specified() ? new DsnNotify(false, notify.failure(), notify.delay()) : notify;
        return new Recipient(new ForwardPath(target), first ? notify : others, original(alias));
    }

    /** RFC 3461 §5.2.1 (d): where the client sent no ORCPT, the address that it gave may be one. */
    private static @Nullable OriginalRecipient original(Recipient alias) {
        OriginalRecipient given = alias.original();
        return given != null || alias.mailbox().needsUtf8()
                ? given
                : new OriginalRecipient("rfc822", alias.mailbox().text());
    }
}
