package org.postrider.event;

import org.jspecify.annotations.Nullable;
import org.postrider.mail.Diagnosis;
import org.postrider.mail.Intervention;
import org.postrider.mail.Reply;

/**
 * The mail log's form of each event. The names in it are relied upon by others; add, never rename.
 *
 * <p>Thread: confined, as the line is.
 */
final class EventJson {
    private EventJson() {}

    /** @param fact the key of what the line tells, {@code null} where it can come only once */
    static void write(JsonLine line, Event event, @Nullable String fact) {
        line.open().field("time", event.at());
        switch (event) {
            case Event.Accepted e -> accepted(line, e);
            case Event.Attempted e -> attempted(line, e);
            case Event.Delivered e -> {
                head(line, "delivered", e, e.reversePath(), e.recipient());
                diagnosis(line, e.diagnosis());
                line.field("age-ms", e.age().toMillis());
            }
            case Event.Deferred e -> {
                head(line, "deferred", e, e.reversePath(), e.recipient());
                diagnosis(line, e.diagnosis());
                line.field("attempts", e.attempts()).field("next", e.nextAttempt());
            }
            case Event.Bounced e -> {
                head(line, "bounced", e, e.reversePath(), e.recipient());
                diagnosis(line, e.diagnosis());
            }
            case Event.Expired e -> {
                head(line, "expired", e, e.reversePath(), e.recipient());
                diagnosis(line, e.diagnosis());
            }
            case Event.Removed e -> {
                head(line, "removed", e, e.reversePath(), e.recipient());
                line.field("by", e.by()).field("why", e.why());
            }
            case Event.Held e -> {
                head(line, "held", e, e.reversePath(), e.recipient());
                line.field("by", e.by()).field("why", e.why());
            }
            case Event.Intervened e -> intervened(line, e);
        }
        line.field("fact", fact).close();
    }

    private static void intervened(JsonLine line, Event.Intervened event) {
        Intervention intervention = event.intervention();
        String name = switch (intervention.kind()) {
            case RELEASED -> "released";
            case RETRIED -> "retried";
            case REROUTED -> "rerouted";
        };
        head(line, name, event, event.reversePath(), event.recipient());
        if (intervention.kind() == Intervention.Kind.REROUTED) {
            line.field("route", event.route());
        }
        line.field("by", intervention.by()).field("why", intervention.why());
    }

    private static void head(JsonLine line, String name, Event event, String from, String to) {
        line.field("event", name)
                .field("id", event.id().text())
                .field("from", from)
                .field("to", to);
    }

    private static void accepted(JsonLine line, Event.Accepted event) {
        line.field("event", "accepted")
                .field("id", event.id().text())
                .field("from", event.reversePath())
                .field("to", event.recipients())
                .field("origin", event.origin())
                .field("octets", event.octets())
                .field("message-id", event.messageId());
    }

    private static void attempted(JsonLine line, Event.Attempted event) {
        line.field("event", "attempted")
                .field("id", event.id().text())
                .field("to", event.recipients())
                .field("attempt", event.number())
                .field("site", event.site())
                .field("remote", event.remote())
                .field("tls", event.tls())
                .field("reply", event.reply())
                .field("ms", event.took().toMillis());
    }

    private static void diagnosis(JsonLine line, Diagnosis diagnosis) {
        Reply reply = diagnosis.reply();
        line.field("status", diagnosis.status().toString())
                .field("remote", diagnosis.remote())
                .field("reply", reply == null ? null : reply.text())
                .field("summary", diagnosis.summary());
    }
}
