package org.postrider.event;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.postrider.mail.Diagnosis;
import org.postrider.mail.EnhancedStatus;
import org.postrider.mail.Intervention;
import org.postrider.mail.QueueId;
import org.postrider.mail.Reply;

/** One event of each kind, for tests. */
final class Sample {
    static final Instant AT = Instant.parse("2026-11-23T21:00:00.007Z");
    static final QueueId ID = new QueueId(1_234_567_890_123L);
    static final Diagnosis REFUSED = new Diagnosis(
            EnhancedStatus.of("5.1.1"),
            Reply.of(550, "5.1.1", "No \"such\" user"),
            "mx.example.com [192.0.2.9]:25",
            "Refused.");

    private Sample() {}

    static Event.Accepted accepted(QueueId id, String... recipients) {
        return new Event.Accepted(
                AT, id, "alice@example.org", List.of(recipients), "smtp 192.0.2.1 x", 10_240, "<1@x>", "hello");
    }

    static List<Event> all() {
        String from = "alice@example.org";
        String to = "bob@example.com";
        return List.of(
                accepted(ID, to, "eve@example.com"),
                new Event.Attempted(
                        AT, ID, List.of(to), 1, "mx:example.com", "mx", null, "250 ok", Duration.ofMillis(42)),
                new Event.Delivered(AT, ID, from, to, REFUSED, Duration.ofSeconds(2)),
                new Event.Deferred(AT, ID, from, to, REFUSED, 3, AT.plusSeconds(60)),
                new Event.Bounced(AT, ID, from, to, REFUSED),
                new Event.Expired(AT, ID, from, to, REFUSED),
                new Event.Removed(AT, ID, from, to, "ann", "spam"),
                new Event.Held(AT, ID, from, to, "ann", "look"),
                intervened(Intervention.Kind.RELEASED, null),
                intervened(Intervention.Kind.REROUTED, "smtp:192.0.2.7:25"));
    }

    static List<Event> ofAccounts() {
        return List.of(
                new Event.LoggedIn(AT, "192.0.2.1", "alice", "PLAIN"),
                new Event.LoginRefused(AT, "192.0.2.1", "al\"ice", "bad-credentials"),
                new Event.LoginBlocked(AT, "192.0.2.1", "alice"),
                new Event.LoginsRefused(
                        AT, AT.minusSeconds(60), 40, 7, Map.of("unavailable", 20L, "bad-credentials", 30L), 3),
                new Event.QuotaReached(AT, "user alice", "messages an hour", AT.plusSeconds(600)),
                new Event.UserChanged(AT, "alice", "added"));
    }

    private static Event intervened(Intervention.Kind kind, @Nullable String route) {
        return new Event.Intervened(
                ID, "alice@example.org", "bob@example.com", new Intervention(kind, AT, "ann", "enough"), route);
    }
}
