package org.postrider.http;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.postrider.event.Event;
import org.postrider.event.Events;
import org.postrider.http.Stories.Step;
import org.postrider.mail.Finding;
import org.postrider.mail.Intervention;
import org.postrider.mail.QueueId;
import org.postrider.mail.Recipient;
import org.postrider.mail.RecipientState;
import org.postrider.spool.StoredMessage;

/**
 * The last messages and what happened to them, in memory, for pages and for who follows a delivery. Bounded by messages,
 * by octets in all, and by what is kept of each: the oldest are forgotten.
 *
 * <p>Thread: any; every method holds the lock for a moment and does no I/O.
 */
public final class RecentMail implements Events {
    /** The newest this many messages. */
    public static final int MESSAGES_MAX = 10_000;

    /** Octets that are kept of all messages: some 600 of each, where there are as many as may be. */
    static final int OCTETS_MAX = 6 << 20;

    static final int HISTORY_MAX = 10;

    /** Characters of what is told of one happening. */
    static final int TEXT_MAX = 200;

    private static final int RECIPIENTS_MAX = 100;

    static final int REFUSALS_MAX = 2_000;

    private final Stories stories = new Stories(MESSAGES_MAX, OCTETS_MAX);
    private final ArrayDeque<Refusal> refusals = new ArrayDeque<>();

    /**
     * What is known of one message.
     *
     * @param at when it was accepted
     * @param more how many recipients are not among {@code recipients}
     * @param subject as it came, {@code null} where it has none or it is not known
     * @param findings what was found out about it before it was taken; empty where it is not known
     */
    public record Seen(
            QueueId id,
            Instant at,
            String origin,
            String from,
            long octets,
            List<Fate> recipients,
            int more,
            @Nullable String subject,
            List<Finding> findings) {
        public Seen {
            recipients = List.copyOf(recipients);
            findings = List.copyOf(findings);
        }

        /** With what has become of the recipients. */
        Seen with(List<Fate> fates) {
            return new Seen(id, at, origin, from, octets, fates, more, subject, findings);
        }
    }

    /**
     * A refusal.
     *
     * @param recipient empty where it was of no single one
     */
    public record Refusal(
            Instant at, String client, String from, String recipient, String reply, List<Finding> findings) {}

    /**
     * One recipient's way.
     *
     * @param settled whether {@code state} is final
     * @param next when it is tried again, {@code null} where it is not, or not known
     */
    public record Fate(
            String address,
            String state,
            boolean settled,
            int attempts,
            @Nullable Instant next,
            List<Happening> history) {
        public Fate {
            history = List.copyOf(history);
        }

        /** Of a recipient to whom nothing has happened. */
        static Fate queued(String address) {
            return new Fate(address, "queued", false, 0, null, List.of());
        }
    }

    public record Happening(Instant at, String what) {
        public Happening {
            what = what.length() <= TEXT_MAX ? what : what.substring(0, TEXT_MAX - 1) + "…";
        }
    }

    @Override
    public synchronized void publish(Event event) {
        switch (event) {
            case Event.Rejected rejected -> refuse(rejected);
            case Event.OfAccounts _ -> {}
            case Event.Accepted accepted -> accept(accepted);
            case Event.Attempted attempted -> attempted.recipients().forEach(address -> attempted(attempted, address));
            case Event.Delivered e ->
                change(e, e.recipient(), "delivered", true, null, e.diagnosis().text());
            case Event.Deferred e ->
                change(
                        e,
                        e.recipient(),
                        "waiting",
                        false,
                        e.nextAttempt(),
                        e.diagnosis().text());
            case Event.Bounced e ->
                change(e, e.recipient(), "bounced", true, null, e.diagnosis().text());
            case Event.Expired e ->
                change(e, e.recipient(), "expired", true, null, e.diagnosis().text());
            case Event.Removed e -> change(e, e.recipient(), "removed", true, null, "by " + e.by() + ": " + e.why());
            case Event.Held e -> change(e, e.recipient(), "held", false, null, "by " + e.by() + ": " + e.why());
            case Event.Intervened e -> intervened(e);
        }
    }

    private void intervened(Event.Intervened event) {
        Happening told = happening(event.intervention(), event.route());
        boolean waits = event.intervention().kind() != Intervention.Kind.REROUTED;
        stories.go(
                event.id(),
                event.recipient(),
                new Step(told.at(), told.what(), waits ? "waiting" : null, false, null, Step.SAME_ATTEMPTS));
    }

    private static Happening happening(Intervention intervention, @Nullable String route) {
        String what = switch (intervention.kind()) {
            case RELEASED -> "released";
            case RETRIED -> "made due now";
            case REROUTED -> route == null ? "its own route was taken away" : "rerouted to " + route;
        };
        return new Happening(intervention.at(), what + ": by " + intervention.by() + ": " + intervention.why());
    }

    private void accept(Event.Accepted event) {
        int more = Math.max(0, event.recipients().size() - RECIPIENTS_MAX);
        List<Fate> fates = event.recipients().stream()
                .limit(RECIPIENTS_MAX)
                .distinct()
                .map(Fate::queued)
                .toList();
        stories.begin(new Seen(
                event.id(),
                event.at(),
                event.origin(),
                event.reversePath(),
                event.octets(),
                fates,
                more,
                event.subject(),
                event.findings()));
    }

    private void refuse(Event.Rejected event) {
        String from = Objects.requireNonNullElse(event.reversePath(), "");
        String recipient = Objects.requireNonNullElse(event.recipient(), "");
        refusals.addFirst(new Refusal(
                event.at(), event.client(), from, recipient, event.reply().text(), event.findings()));
        if (refusals.size() > REFUSALS_MAX) {
            refusals.removeLast();
        }
    }

    /** The last refusals of mail to an address in any case, the newest first. */
    public synchronized List<Refusal> refusals(String recipient, int limit) {
        return refusals.stream()
                .filter(refusal -> refusal.recipient().equalsIgnoreCase(recipient))
                .limit(limit)
                .toList();
    }

    private void attempted(Event.Attempted event, String address) {
        String remote = event.remote() == null ? event.site() : event.remote();
        String what = "attempt " + event.number() + " at " + remote + ": " + event.reply();
        stories.go(event.id(), address, new Step(event.at(), what, null, false, null, event.number()));
    }

    private void change(
            Event.OfMessage event, String address, String state, boolean settled, @Nullable Instant next, String why) {
        Step step = new Step(event.at(), state + ": " + why, state, settled, next, Step.SAME_ATTEMPTS);
        stories.go(event.id(), address, step);
    }

    static List<Happening> with(List<Happening> history, Happening last) {
        List<Happening> longer = new ArrayList<>(
                history.size() < HISTORY_MAX
                        ? history
                        : history.subList(history.size() - HISTORY_MAX + 1, history.size()));
        longer.add(last);
        return longer;
    }

    /** Takes on a message that was found in the spool at start. */
    public synchronized void restore(StoredMessage message) {
        if (!stories.knows(message.id())) {
            stories.begin(seen(message));
        }
    }

    /** What the spool alone tells of a message. */
    static Seen seen(StoredMessage message) {
        List<Recipient> recipients = message.arrival().envelope().recipients();
        int more = Math.max(0, recipients.size() - RECIPIENTS_MAX);
        Map<String, Fate> fates = new LinkedHashMap<>();
        for (int i = 0; i < recipients.size() - more; i++) {
            String address = recipients.get(i).mailbox().text();
            fates.put(address, fate(address, message.states().get(i)));
        }
        return new Seen(
                message.id(),
                message.arrival().at(),
                message.arrival().origin(),
                message.arrival().envelope().reversePath().text(),
                message.contentOctets(),
                List.copyOf(fates.values()),
                more,
                null,
                List.of());
    }

    private static Fate fate(String address, Optional<RecipientState> state) {
        if (state.isEmpty()) {
            return Fate.queued(address);
        }
        return switch (state.get()) {
            case RecipientState.Waiting s ->
                open(
                        address,
                        "waiting",
                        s,
                        s.nextAttempt(),
                        s.last() == null
                                ? null
                                : new Happening(
                                        s.nextAttempt(), "last: " + s.last().text()));
            case RecipientState.Attempting s -> open(address, "attempting", s, null, null);
            case RecipientState.Held s ->
                open(address, "held", s, null, new Happening(s.at(), "held: by " + s.by() + ": " + s.why()));
            case RecipientState.Delivered s ->
                settled(address, "delivered", s.at(), s.diagnosis().text());
            case RecipientState.Bounced s ->
                settled(address, "bounced", s.at(), s.diagnosis().text());
            case RecipientState.Expired s ->
                settled(address, "expired", s.at(), s.diagnosis().text());
            case RecipientState.Removed s -> settled(address, "removed", s.at(), "by " + s.by() + ": " + s.why());
        };
    }

    private static Fate open(
            String address, String name, RecipientState.Open state, @Nullable Instant next, @Nullable Happening last) {
        List<Happening> history = new ArrayList<>(2);
        Intervention intervention = state.intervention();
        if (intervention != null) {
            history.add(happening(intervention, state.reroute()));
        }
        if (last != null) {
            history.add(last);
        }
        return new Fate(address, name, false, state.attempts(), next, List.copyOf(history));
    }

    private static Fate settled(String address, String state, Instant at, String why) {
        return new Fate(address, state, true, 0, null, List.of(new Happening(at, state + ": " + why)));
    }

    public synchronized Optional<Seen> find(QueueId id) {
        return stories.find(id);
    }

    /** The newest first. */
    public synchronized List<Seen> newest(int limit) {
        return stories.newest(limit);
    }
}
