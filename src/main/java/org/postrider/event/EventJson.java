package org.postrider.event;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.postrider.mail.Diagnosis;
import org.postrider.mail.EnhancedStatus;
import org.postrider.mail.Finding;
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
            case Event.Rejected e -> rejected(line, e);
            case Event.OfAccounts e -> ofAccounts(line, e);
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

    private static void ofAccounts(JsonLine line, Event.OfAccounts event) {
        switch (event) {
            case Event.LoggedIn e ->
                atTheDoor(line, "login", e.client(), e.user()).field("mechanism", e.mechanism());
            case Event.LoginRefused e ->
                atTheDoor(line, "login-refused", e.client(), e.user()).field("reason", e.reason());
            case Event.LoginBlocked e -> atTheDoor(line, "login-blocked", e.client(), e.user());
            case Event.LoginsRefused e -> {
                line.field("event", "logins-refused")
                        .field("since", e.since())
                        .field("count", e.count())
                        .field("addresses", e.addresses())
                        .field("users", e.users())
                        .field("blocked", e.blocked());
                e.reasons().forEach(line::field);
            }
            case Event.QuotaReached e ->
                line.field("event", "quota-reached")
                        .field("subject", e.subject())
                        .field("quota", e.quota())
                        .field("until", e.until());
            case Event.UserChanged e ->
                line.field("event", "user-changed").field("user", e.user()).field("change", e.change());
        }
    }

    private static JsonLine atTheDoor(JsonLine line, String name, String client, String user) {
        return line.field("event", name).field("client", client).field("user", user);
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

    private static void head(JsonLine line, String name, Event.OfMessage event, String from, String to) {
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
        findings(line, event.findings());
    }

    private static void rejected(JsonLine line, Event.Rejected event) {
        EnhancedStatus status = event.reply().status();
        line.field("event", "rejected")
                .field("client", event.client())
                .field("helo", event.greeting())
                .field("from", event.reversePath())
                .field("to", event.recipient())
                .field("status", status == null ? null : status.toString())
                .field("reply", event.reply().text());
        findings(line, event.findings());
    }

    /** Left out where there are none, so that the lines of servers that judge nothing stay short. */
    private static void findings(JsonLine line, List<Finding> findings) {
        if (!findings.isEmpty()) {
            line.field("findings", findings, EventJson::finding);
        }
    }

    private static void finding(JsonLine line, Finding finding) {
        line.field("check", finding.check()).field("verdict", finding.verdict().word());
        if (finding.verdict() == Finding.Verdict.SCORE) {
            line.field("weight", finding.weight());
        }
        line.field("detail", finding.detail());
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
