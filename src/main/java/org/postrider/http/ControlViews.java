package org.postrider.http;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.postrider.mail.Finding;

/** The shapes of the control interface's JSON: what the command line reads. Times are ISO 8601 in UTC. */
public final class ControlViews {
    private ControlViews() {}

    /**
     * @param phase starting, ready or draining
     */
    public record Status(String phase, Map<String, String> details) {}

    public record Summary(
            long messages, long scheduled, long ready, long attempting, long held, List<SiteLine> sites) {}

    public record SiteLine(
            String site,
            String source,
            int ready,
            int attempting,
            int window,
            @Nullable Instant pausedUntil,
            @Nullable String lastReply) {}

    /**
     * A queued recipient.
     *
     * @param recipient index into the message's envelope
     * @param place scheduled, routing, ready, attempting, held or settling
     * @param because what it waits for
     * @param last what the last attempt got, {@code null} before one ended
     */
    public record QueueLine(
            String id,
            int recipient,
            String from,
            String to,
            @Nullable Instant arrived,
            long octets,
            String place,
            int attempts,
            @Nullable String site,
            @Nullable Instant until,
            String because,
            @Nullable String last) {}

    /**
     * @param after the id to continue behind, {@code null} at the end
     */
    public record QueuePage(
            List<QueueLine> recipients, @Nullable String after) {}

    /**
     * @param queued for those that are still in the queue, what they wait for
     * @param findings what was found out about it before it was taken; empty where it is not known any more
     */
    public record MessageView(
            String id,
            Instant arrived,
            String origin,
            String from,
            long octets,
            List<RecentMail.Fate> recipients,
            int more,
            List<QueueLine> queued,
            List<Finding> findings) {}

    /** One of the last messages. */
    public record RecentLine(
            String id, Instant arrived, String from, List<String> to, List<String> states, long octets) {}

    /**
     * @param recipients how many it took hold of
     */
    public record Acted(int recipients) {}

    /**
     * @param done whether the new configuration is in force
     */
    public record Reload(boolean done, List<String> remarks) {}

    public record Failed(String error) {}

    /**
     * The body of POST /control/queue/ACTION. Exactly one of {@code all}, {@code id}, {@code address}, {@code domain} and
     * {@code site} says which recipients.
     *
     * @param recipients with {@code id}: indexes into the envelope; none for all
     * @param route of a reroute; {@code null} lifts an earlier one
     */
    public record Order(
            boolean all,
            @Nullable String id,
            @Nullable List<Integer> recipients,
            @Nullable String address,
            @Nullable String domain,
            @Nullable String site,
            @Nullable String route,
            @Nullable String by,
            @Nullable String why) {}
}
