package org.postrider.event;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the listeners beside the mail log make of events. */
class ListenersTest {
    private static String exposition(Metrics metrics) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            metrics.writeTo(out);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return out.toString(StandardCharsets.UTF_8);
    }

    @Test
    void countsEachKindOfEvent() {
        Metrics metrics = new Metrics();
        Sample.all().forEach(metrics::publish);
        Sample.ofAccounts().forEach(metrics::publish);
        metrics.sessionOpened();
        metrics.sessionRefused();
        metrics.committed(Duration.ofMillis(3));
        metrics.gauge("postrider_spool_fill_ratio", "Fill", () -> 0.25);
        assertThat(exposition(metrics))
                .contains(
                        "postrider_messages_accepted_total 1.0\n",
                        "postrider_accepted_octets_total 10240.0\n",
                        "postrider_recipients_accepted_total 2.0\n",
                        "postrider_attempts_total 1.0\n",
                        "postrider_recipients_delivered_total 1.0\n",
                        "postrider_recipients_deferred_total 1.0\n",
                        "postrider_recipients_bounced_total 1.0\n",
                        "postrider_recipients_expired_total 1.0\n",
                        "postrider_recipients_removed_total 1.0\n",
                        "postrider_recipients_held_total 1.0\n",
                        "postrider_logins_total 1.0\n",
                        "postrider_logins_refused_total{reason=\"bad-credentials\"} 31.0\n",
                        "postrider_logins_refused_total{reason=\"unavailable\"} 20.0\n",
                        "postrider_logins_blocked_total 4.0\n",
                        "postrider_quotas_reached_total 1.0\n",
                        "postrider_users_changed_total 1.0\n",
                        "postrider_sessions_total 1.0\n",
                        "postrider_sessions_refused_total 1.0\n",
                        "postrider_commit_seconds_bucket{le=\"0.0025\"} 0\n",
                        "postrider_commit_seconds_bucket{le=\"0.005\"} 1\n",
                        "postrider_delivery_age_seconds_count 1\n",
                        "postrider_spool_fill_ratio 0.25\n");
        assertThat(Metrics.contentType()).startsWith("text/plain; version=0.0.4");
    }

    @Test
    void countsAttemptsByTlsAndVerdictAndNotByWhatACertificateSays() {
        Metrics metrics = new Metrics();
        for (String tls : new String[] {
            "TLSv1.3 TLS_AES_256_GCM_SHA384 trusted",
            "TLSv1.2 TLS_X untrusted: is for trusted and not b",
            "TLSv1.2 TLS_X untrusted: has a certificate from itself"
        }) {
            metrics.publish(new Event.Attempted(
                    java.time.Instant.EPOCH,
                    new org.postrider.mail.QueueId(1),
                    List.of("a@b.example"),
                    1,
                    "mx:b.example",
                    null,
                    tls,
                    "250 Ok",
                    Duration.ZERO));
        }
        assertThat(exposition(metrics))
                .contains(
                        "postrider_attempts_by_tls_total{certificate=\"trusted\",tls=\"TLSv1.3\"} 1.0\n",
                        "postrider_attempts_by_tls_total{certificate=\"untrusted\",tls=\"TLSv1.2\"} 2.0\n");
    }

    @Test
    void givesEachEventToAllThoughOneFails() {
        List<Event> heard = new ArrayList<>();
        Events failing = _ -> {
            throw new IllegalStateException("as told");
        };
        new EventFanOut(List.of(heard::add, failing, heard::add))
                .publish(Sample.all().getFirst());
        assertThat(heard).hasSize(2);
    }
}
