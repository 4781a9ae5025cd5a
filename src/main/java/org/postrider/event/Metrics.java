package org.postrider.event;

import io.prometheus.metrics.core.datapoints.CounterDataPoint;
import io.prometheus.metrics.core.datapoints.DistributionDataPoint;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;
import org.postrider.mail.Finding;

/**
 * What is counted, in Prometheus' form. Names begin with {@code postrider_}; none carries a label that a stranger could
 * make grow.
 *
 * <p>Thread: any.
 */
public final class Metrics implements Events {
    private static final double[] LATENCY_SECONDS = {
        0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10
    };
    private static final double[] AGE_SECONDS = {0.1, 0.5, 1, 5, 30, 60, 300, 1_800, 7_200, 28_800, 86_400, 432_000};

    private final PrometheusRegistry registry = new PrometheusRegistry();
    private final CounterDataPoint accepted;
    private final CounterDataPoint acceptedOctets;
    private final CounterDataPoint acceptedRecipients;
    private final CounterDataPoint attempts;
    private final Counter attemptsByTls;
    private final CounterDataPoint delivered;
    private final CounterDataPoint deferred;
    private final CounterDataPoint bounced;
    private final CounterDataPoint expired;
    private final CounterDataPoint removed;
    private final CounterDataPoint held;
    private final CounterDataPoint rejected;
    private final Counter findings;
    private final CounterDataPoint logins;
    private final Counter loginsRefused;
    private final CounterDataPoint loginsBlocked;
    private final CounterDataPoint quotasReached;
    private final CounterDataPoint usersChanged;
    private final CounterDataPoint sessions;
    private final CounterDataPoint sessionsRefused;
    private final CounterDataPoint sessionsTls12;
    private final CounterDataPoint sessionsTls13;
    private final CounterDataPoint handshakesFailed;
    private final DistributionDataPoint commitSeconds;
    private final DistributionDataPoint attemptSeconds;
    private final DistributionDataPoint deliveryAgeSeconds;

    public Metrics() {
        accepted = counter("postrider_messages_accepted_total", "Messages accepted, our own notices included");
        acceptedOctets = counter("postrider_accepted_octets_total", "Octets of the messages accepted");
        acceptedRecipients = counter("postrider_recipients_accepted_total", "Recipients of the messages accepted");
        attempts = counter("postrider_attempts_total", "Delivery attempts that ended");
        attemptsByTls = Counter.builder()
                .name("postrider_attempts_by_tls_total")
                .help("Delivery attempts that ended, by the TLS and the server certificate of their last connection")
                .labelNames("tls", "certificate")
                .register(registry);
        delivered = counter("postrider_recipients_delivered_total", "Recipients delivered");
        deferred = counter("postrider_recipients_deferred_total", "Deferrals of recipients");
        bounced = counter("postrider_recipients_bounced_total", "Recipients refused for good");
        expired = counter("postrider_recipients_expired_total", "Recipients not delivered within their lifetime");
        removed = counter("postrider_recipients_removed_total", "Recipients removed by a person or a route");
        held = counter("postrider_recipients_held_total", "Recipients put on hold");
        rejected = counter("postrider_rejected_total", "Clients, senders, recipients and messages refused");
        findings = Counter.builder()
                .name("postrider_findings_total")
                .help("What checks found, by check and verdict, on mail accepted and refused")
                .labelNames("check", "verdict")
                .register(registry);
        logins = counter("postrider_logins_total", "Clients that authenticated");
        loginsRefused = Counter.builder()
                .name("postrider_logins_refused_total")
                .help("Logins refused, by reason; those of a flood are counted once a minute")
                .labelNames("reason")
                .register(registry);
        loginsBlocked = counter("postrider_logins_blocked_total", "Addresses and users that failed too often");
        quotasReached = counter("postrider_quotas_reached_total", "Quotas that were used up");
        usersChanged = counter("postrider_users_changed_total", "Changes of accounts");
        sessions = counter("postrider_sessions_total", "Sessions that were let in");
        sessionsRefused = counter("postrider_sessions_refused_total", "Connections that were turned away");
        Counter secured = Counter.builder()
                .name("postrider_tls_sessions_total")
                .help("Sessions of clients that went over to TLS")
                .labelNames("version")
                .register(registry);
        sessionsTls12 = secured.labelValues("1.2");
        sessionsTls13 = secured.labelValues("1.3");
        handshakesFailed = counter("postrider_tls_handshakes_failed_total", "TLS handshakes of clients that failed");
        commitSeconds = histogram(
                "postrider_commit_seconds", "From the end of a message's content to its reply", LATENCY_SECONDS);
        attemptSeconds =
                histogram("postrider_attempt_seconds", "From dialling to the attempt's last reply", LATENCY_SECONDS);
        deliveryAgeSeconds = histogram("postrider_delivery_age_seconds", "From accepted to delivered", AGE_SECONDS);
    }

    private CounterDataPoint counter(String name, String help) {
        return Counter.builder().name(name).help(help).register(registry).labelValues();
    }

    private DistributionDataPoint histogram(String name, String help, double[] bounds) {
        return Histogram.builder()
                .name(name)
                .help(help)
                .classicOnly()
                .classicUpperBounds(bounds)
                .register(registry)
                .labelValues();
    }

    /** Adds a value that is asked for when the metrics are read, such as {@code postrider_spool_fill_ratio}. */
    public void gauge(String name, String help, DoubleSupplier value) {
        GaugeWithCallback.builder()
                .name(name)
                .help(help)
                .callback(callback -> callback.call(value.getAsDouble()))
                .register(registry);
    }

    @Override
    public void publish(Event event) {
        switch (event) {
            case Event.Rejected e -> {
                rejected.inc();
                e.findings().forEach(this::found);
            }
            case Event.OfAccounts e -> count(e);
            case Event.Accepted e -> {
                e.findings().forEach(this::found);
                accepted.inc();
                acceptedOctets.inc(e.octets());
                acceptedRecipients.inc(e.recipients().size());
            }
            case Event.Attempted e -> {
                attempts.inc();
                countTls(e.tls());
                attemptSeconds.observe(seconds(e.took()));
            }
            case Event.Delivered e -> {
                delivered.inc();
                deliveryAgeSeconds.observe(seconds(e.age()));
            }
            case Event.Deferred _ -> deferred.inc();
            case Event.Bounced _ -> bounced.inc();
            case Event.Expired _ -> expired.inc();
            case Event.Removed _ -> removed.inc();
            case Event.Held _ -> held.inc();
            case Event.Intervened _ -> {}
        }
    }

    private void count(Event.OfAccounts event) {
        switch (event) {
            case Event.LoggedIn _ -> logins.inc();
            case Event.LoginRefused e -> loginsRefused.labelValues(e.reason()).inc();
            case Event.LoginsRefused e -> {
                e.reasons()
                        .forEach((reason, count) ->
                                loginsRefused.labelValues(reason).inc(count));
                loginsBlocked.inc(e.blocked());
            }
            case Event.LoginBlocked _ -> loginsBlocked.inc();
            case Event.QuotaReached _ -> quotasReached.inc();
            case Event.UserChanged _ -> usersChanged.inc();
        }
    }

    private void found(Finding finding) {
        findings.labelValues(finding.check(), finding.verdict().word()).inc();
    }

    /** The versions are few, and the verdicts two: what a certificate says of itself is no label. */
    private void countTls(@Nullable String tls) {
        if (tls == null) {
            attemptsByTls.labelValues("none", "none").inc();
            return;
        }
        String[] parts = tls.split(" ", 3);
        String certificate = parts.length > 2 && parts[2].equals("trusted") ? "trusted" : "untrusted";
        attemptsByTls.labelValues(parts[0], certificate).inc();
    }

    /** A session was let in. */
    public void sessionOpened() {
        sessions.inc();
    }

    /** A connection was turned away. */
    public void sessionRefused() {
        sessionsRefused.inc();
    }

    /**
     * A client's session went over to TLS.
     *
     * @param version as {@code tls.TlsFacts} tells it
     */
    public void sessionSecured(String version) {
        (version.equals("TLSv1.2") ? sessionsTls12 : sessionsTls13).inc();
    }

    /** A client's handshake came to nothing. */
    public void handshakeFailed() {
        handshakesFailed.inc();
    }

    /** A message became durable in so long a time. */
    public void committed(Duration took) {
        commitSeconds.observe(seconds(took));
    }

    private static double seconds(Duration duration) {
        return duration.toNanos() / 1e9;
    }

    /** Writes all metrics in the text format 0.0.4. */
    public void writeTo(OutputStream out) throws IOException {
        PrometheusTextFormatWriter.create().write(out, registry.scrape());
    }

    /** The content type of {@link #writeTo}. */
    public static String contentType() {
        return PrometheusTextFormatWriter.CONTENT_TYPE;
    }
}
