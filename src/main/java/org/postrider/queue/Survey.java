package org.postrider.queue;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.postrider.mail.Diagnosis;
import org.postrider.mail.QueueId;

/** What people see of the queue: counts, lists, and for each recipient why it waits and until when. */
final class Survey {
    private final QueueEngine engine;

    Survey(QueueEngine engine) {
        this.engine = engine;
    }

    QueueSummary summary() {
        Counts counts = new Counts();
        engine.messages.forEach(message -> message.forEach(counts));
        List<QueueSummary.SiteSummary> sites = new ArrayList<>();
        for (ReadyQueue queue : engine.readyQueues.values()) {
            if (!queue.isIdle() || queue.isDead()) {
                sites.add(siteSummary(queue));
            }
        }
        return new QueueSummary(
                engine.messages.size(), counts.scheduled, counts.ready, counts.attempting, counts.held, sites);
    }

    /** Plain numbers, as millions may be counted. */
    private static final class Counts implements Consumer<OpenRecipient> {
        long scheduled;
        long ready;
        long attempting;
        long held;

        @Override
        public void accept(OpenRecipient recipient) {
            switch (recipient.stage.place()) {
                case SCHEDULED, SETTLING -> scheduled++;
                case READY, ROUTING -> ready++;
                case ATTEMPTING -> attempting++;
                case HELD -> held++;
            }
        }
    }

    private QueueSummary.SiteSummary siteSummary(ReadyQueue queue) {
        long now = engine.clock.now();
        long until = Math.max(queue.pausedUntil(), queue.throttledUntil());
        Diagnosis said = queue.lastSaid;
        return new QueueSummary.SiteSummary(
                queue.key.site(),
                queue.key.source(),
                queue.line.size(),
                queue.busy,
                queue.window(),
                until > now ? engine.clock.wall(until) : null,
                said == null ? null : said.text());
    }

    List<QueuedRecipient> list(Selection selection, @Nullable QueueId after, int limit) {
        long behind = after == null ? 0 : after.value();
        // The greatest of the least ids is on top, to be dropped when there is a lesser one.
        PriorityQueue<OpenMessage> least = new PriorityQueue<>(
                Comparator.<OpenMessage>comparingLong(message -> message.id).reversed());
        candidates(selection, message -> {
            if (message.id > behind && has(message, selection)) {
                least.add(message);
                if (least.size() > limit) {
                    least.poll();
                }
            }
        });
        List<OpenMessage> page = new ArrayList<>(least);
        page.sort(Comparator.comparingLong(message -> message.id));
        List<QueuedRecipient> listed = new ArrayList<>();
        for (OpenMessage message : page) {
            message.forEach(recipient -> {
                if (matches(recipient, selection)) {
                    listed.add(explain(recipient));
                }
            });
        }
        return listed;
    }

    /** Messages that may hold what is selected; all of them where the selection names none. */
    private void candidates(Selection selection, Consumer<OpenMessage> visitor) {
        switch (selection) {
            case Selection.OfMessage(QueueId id) -> candidate(id, visitor);
            case Selection.OfRecipients(QueueId id, List<Integer> ignored) -> candidate(id, visitor);
            case Selection.All all -> engine.messages.forEach(visitor);
            case Selection.OfHost host -> engine.messages.forEach(visitor);
            case Selection.OfSite site -> engine.messages.forEach(visitor);
        }
    }

    private void candidate(QueueId id, Consumer<OpenMessage> visitor) {
        OpenMessage message = engine.messages.get(id.value());
        if (message != null) {
            visitor.accept(message);
        }
    }

    /** What is selected, by ascending id and recipient. */
    List<OpenRecipient> select(Selection selection) {
        List<OpenRecipient> selected = new ArrayList<>();
        candidates(
                selection,
                message -> message.forEach(recipient -> {
                    if (matches(recipient, selection)) {
                        selected.add(recipient);
                    }
                }));
        selected.sort(Comparator.<OpenRecipient>comparingLong(recipient -> recipient.message.id)
                .thenComparingInt(recipient -> recipient.index));
        return selected;
    }

    private static boolean has(OpenMessage message, Selection selection) {
        boolean[] found = new boolean[1];
        message.forEach(recipient -> found[0] |= matches(recipient, selection));
        return found[0];
    }

    static boolean matches(OpenRecipient recipient, Selection selection) {
        return switch (selection) {
            case Selection.All all -> true;
            case Selection.OfMessage(QueueId id) -> recipient.message.id == id.value();
            case Selection.OfRecipients(QueueId id, List<Integer> indexes) ->
                recipient.message.id == id.value() && indexes.contains((int) recipient.index);
            case Selection.OfHost ofHost -> recipient.destination.host.equals(ofHost.host());
            case Selection.OfSite(Site site) ->
                recipient.queue != null && recipient.queue.key.site().equals(site);
        };
    }

    QueuedRecipient explain(OpenRecipient recipient) {
        ReadyQueue queue = recipient.queue;
        long until = until(recipient);
        return new QueuedRecipient(
                recipient.message.queueId(),
                recipient.index,
                recipient.destination.host,
                recipient.stage.place(),
                recipient.attempts,
                queue == null ? null : queue.key.site(),
                wall(until),
                because(recipient));
    }

    private @Nullable Instant wall(long until) {
        return until == Long.MAX_VALUE ? null : engine.clock.wall(until);
    }

    private long until(OpenRecipient recipient) {
        return switch (recipient.stage) {
            case SCHEDULED -> recipient.due;
            case READY -> {
                ReadyQueue queue = recipient.queue;
                long until = queue == null ? 0 : Math.max(queue.pausedUntil(), queue.throttledUntil());
                yield until > engine.clock.now() ? until : Long.MAX_VALUE;
            }
            case ROUTING, INTENDED, ATTEMPTING, HELD, DEFERRING, HOLDING, ENDING -> Long.MAX_VALUE;
        };
    }

    private String because(OpenRecipient recipient) {
        return switch (recipient.stage) {
            case SCHEDULED -> scheduled(recipient);
            case ROUTING -> "the route of " + recipient.destination.host.text();
            case READY -> ready(recipient);
            case INTENDED -> "its attempt to be recorded";
            case ATTEMPTING -> "the end of attempt " + recipient.attempts + wished(recipient);
            case HELD -> held(recipient);
            case DEFERRING, HOLDING, ENDING -> "what came of it to be recorded" + wished(recipient);
        };
    }

    private static String scheduled(OpenRecipient recipient) {
        Diagnosis last = recipient.last;
        return last == null ? "next attempt" : "next attempt; the last one: " + last.text();
    }

    private static String held(OpenRecipient recipient) {
        return recipient.wish instanceof Wish.Hold(String by, String why)
                ? "its release; held by " + by + ": " + why
                : "its release";
    }

    private static String wished(OpenRecipient recipient) {
        return switch (recipient.wish) {
            case Wish.Hold(String by, String why) -> "; then to be held by " + by + ": " + why;
            case Wish.Remove(String by, String why) -> "; then to be removed by " + by + ": " + why;
            case Wish.Hurry hurry -> "; then to be tried over its new route";
            case Wish.Release release -> "; then to be released";
            case null -> "";
        };
    }

    private String ready(OpenRecipient recipient) {
        ReadyQueue queue = recipient.queue;
        long now = engine.clock.now();
        if (engine.isDraining()) {
            return "the next start of the server";
        }
        if (queue == null) {
            return "a slot";
        }
        if (queue.isDead()) {
            Diagnosis failure = queue.lastFailure;
            String said = failure == null ? "" : ": " + failure.text();
            return queue.busy > 0
                    ? "the answer to a probe of the site, which was found dead" + said
                    : "a probe of the site, which was found dead" + said;
        }
        if (!queue.hasSlot()) {
            return "a slot (" + queue.busy + " of " + queue.window() + " in use)";
        }
        if (queue.throttledUntil() > now) {
            RateLimit rate = queue.limits().rate();
            return queue.paceMillis() > 0 || rate == null
                    ? "its turn: the site asked us to slow down, one message each " + queue.paceMillis() + " ms"
                    : "rate " + rate;
        }
        return "an attempt of the server (" + engine.flights.count() + " of "
                + engine.settings().attemptsMax() + " in use)";
    }
}
