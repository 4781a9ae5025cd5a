package org.postrider.http;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.postrider.event.Event;
import org.postrider.event.Events;
import org.postrider.mail.Finding;
import org.postrider.mail.Intervention;
import org.postrider.mail.QueueId;
import org.postrider.mail.Recipient;
import org.postrider.mail.RecipientState;
import org.postrider.spool.StoredMessage;

/**
 * The last messages and what happened to them, in memory, for pages and for who follows a delivery. Bounded by messages,
 * by their recipients in all, and by what is kept of each: the oldest are forgotten.
 *
 * <p>Thread: any; every method holds the lock for a moment and does no I/O.
 */
public final class RecentMail implements Events {
    /** The newest this many messages. */
    public static final int MESSAGES_MAX = 10_000;

    /** Recipients of all messages. */
    static final int FATES_MAX = 20_000;

    static final int HISTORY_MAX = 10;

    /** Characters of what is told of one happening. */
    static final int TEXT_MAX = 200;

    private static final int RECIPIENTS_MAX = 100;

    static final int REFUSALS_MAX = 2_000;

    private final LinkedHashMap<QueueId, Story> stories = new LinkedHashMap<>();
    private final ArrayDeque<Refusal> refusals = new ArrayDeque<>();
    /** Of all stories. */
    private int fates;

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
            List<Finding> findings) {}

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
            List<Happening> history) {}

    public record Happening(Instant at, String what) {
        public Happening {
            what = what.length() <= TEXT_MAX ? what : what.substring(0, TEXT_MAX - 1) + "…";
        }
    }

    private static final class Story {
        private final Instant at;
        private final String origin;
        private final String from;
        private final long octets;
        private final int more;
        private final @Nullable String subject;
        private final List<Finding> findings;
        /** A list and no map: a busy server makes thousands of stories a second, and nearly all have one recipient. */
        private final List<Fate> fates = new ArrayList<>(1);

        Story(
                Instant at,
                String origin,
                String from,
                long octets,
                int more,
                @Nullable String subject,
                List<Finding> findings) {
            this.at = at;
            this.origin = origin;
            this.from = from;
            this.octets = octets;
            this.more = more;
            this.subject = subject;
            this.findings = findings;
        }

        @Nullable
        Fate fate(String address) {
            int index = index(address);
            return index < 0 ? null : fates.get(index);
        }

        /** Takes the place of what is known of the same address, or comes last. */
        void put(Fate fate) {
            int index = index(fate.address);
            if (index < 0) {
                fates.add(fate);
            } else {
                fates.set(index, fate);
            }
        }

        private int index(String address) {
            for (int i = 0; i < fates.size(); i++) {
                if (fates.get(i).address.equals(address)) {
                    return i;
                }
            }
            return -1;
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
        Story story = stories.get(event.id());
        Fate fate = story == null ? null : story.fate(event.recipient());
        if (story != null && fate != null) {
            List<Happening> history = with(fate.history, happening(event.intervention(), event.route()));
            String state = event.intervention().kind() == Intervention.Kind.REROUTED ? fate.state : "waiting";
            story.put(new Fate(fate.address, state, false, fate.attempts, null, history));
        }
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
        Story story = new Story(
                event.at(),
                event.origin(),
                event.reversePath(),
                event.octets(),
                more,
                event.subject(),
                event.findings());
        for (String address : event.recipients().subList(0, event.recipients().size() - more)) {
            story.put(new Fate(address, "queued", false, 0, null, List.of()));
        }
        keep(event.id(), story);
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

    private void keep(QueueId id, Story story) {
        Story before = stories.put(id, story);
        fates += story.fates.size() - (before == null ? 0 : before.fates.size());
        Iterator<Story> eldest = stories.values().iterator();
        while (stories.size() > MESSAGES_MAX || fates > FATES_MAX) {
            fates -= eldest.next().fates.size();
            eldest.remove();
        }
    }

    private void attempted(Event.Attempted event, String address) {
        Story story = stories.get(event.id());
        Fate fate = story == null ? null : story.fate(address);
        if (story != null && fate != null) {
            String remote = event.remote() == null ? event.site() : event.remote();
            String what = "attempt " + event.number() + " at " + remote + ": " + event.reply();
            List<Happening> history = with(fate.history, new Happening(event.at(), what));
            story.put(new Fate(address, fate.state, fate.settled, event.number(), fate.next, history));
        }
    }

    private void change(
            Event.OfMessage event, String address, String state, boolean settled, @Nullable Instant next, String why) {
        Story story = stories.get(event.id());
        Fate fate = story == null ? null : story.fate(address);
        if (story != null && fate != null) {
            List<Happening> history = with(fate.history, new Happening(event.at(), state + ": " + why));
            story.put(new Fate(address, state, settled, fate.attempts, next, history));
        }
    }

    private static List<Happening> with(List<Happening> history, Happening last) {
        List<Happening> longer = new ArrayList<>(
                history.size() < HISTORY_MAX
                        ? history
                        : history.subList(history.size() - HISTORY_MAX + 1, history.size()));
        longer.add(last);
        // A copy, as it is smaller than the list: this is kept for the next ten thousand messages.
        return List.copyOf(longer);
    }

    /** Takes on a message that was found in the spool at start. */
    public synchronized void restore(StoredMessage message) {
        if (!stories.containsKey(message.id())) {
            keep(message.id(), story(message));
        }
    }

    /** What the spool alone tells of a message. */
    static Seen seen(StoredMessage message) {
        return seen(message.id(), story(message));
    }

    private static Story story(StoredMessage message) {
        List<Recipient> recipients = message.arrival().envelope().recipients();
        int more = Math.max(0, recipients.size() - RECIPIENTS_MAX);
        Story story = new Story(
                message.arrival().at(),
                message.arrival().origin(),
                message.arrival().envelope().reversePath().text(),
                message.contentOctets(),
                more,
                null,
                List.of());
        for (int i = 0; i < recipients.size() - more; i++) {
            String address = recipients.get(i).mailbox().text();
            story.put(fate(address, message.states().get(i)));
        }
        return story;
    }

    private static Fate fate(String address, Optional<RecipientState> state) {
        if (state.isEmpty()) {
            return new Fate(address, "queued", false, 0, null, List.of());
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
        return Optional.ofNullable(stories.get(id)).map(story -> seen(id, story));
    }

    /** The newest first. */
    public synchronized List<Seen> newest(int limit) {
        return stories.reversed().entrySet().stream()
                .limit(limit)
                .map(entry -> seen(entry.getKey(), entry.getValue()))
                .toList();
    }

    private static Seen seen(QueueId id, Story story) {
        return new Seen(
                id,
                story.at,
                story.origin,
                story.from,
                story.octets,
                List.copyOf(story.fates),
                story.more,
                story.subject,
                story.findings);
    }
}
