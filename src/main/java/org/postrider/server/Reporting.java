package org.postrider.server;

import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.postrider.dns.Resolver;
import org.postrider.event.Metrics;
import org.postrider.feedback.DmarcLedger;
import org.postrider.feedback.Evaluated;
import org.postrider.feedback.FailureReporting;
import org.postrider.feedback.LedgerTable;
import org.postrider.feedback.ReceivedReports;
import org.postrider.feedback.ReportOutlet;
import org.postrider.feedback.ReportPost;
import org.postrider.feedback.ReportSender;
import org.postrider.feedback.ReportSettings;
import org.postrider.feedback.TlsCounting;
import org.postrider.feedback.TlsReportSender;
import org.postrider.mail.Domain;
import org.postrider.mail.Mailbox;
import org.postrider.mail.MailboxGrammar;
import org.postrider.mailauth.verify.Verified;
import org.postrider.policy.Authenticity;
import org.postrider.reception.AuthenticityDesk;
import org.postrider.server.config.Configuration;
import org.postrider.server.config.Reports;
import org.postrider.state.StateDatabase;
import org.postrider.tlspolicy.TlsLedger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reports of the running server: counts what is verified and what is delivered, sends what is due.
 *
 * <p>Thread: any; {@link #send} and {@link #flush} one at a time each.
 */
final class Reporting implements AuthenticityDesk.Told, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Reporting.class);
    private static final Duration FLUSHED_EVERY = Duration.ofSeconds(5);
    private static final Duration SENT_EVERY = Duration.ofMinutes(5);
    private static final Duration EXPIRED_EVERY = Duration.ofHours(6);
    private static final String GENERATOR = "Postrider";

    private final Supplier<Configuration> configuration;
    private final InstantSource clock;
    private final DmarcLedger dmarc;
    private final TlsCounting tls;
    private final ReportSender dmarcSender;
    private final TlsReportSender tlsSender;
    private final FailureReporting failures;
    private final ReceivedReports received;

    /**
     * What reporting works with.
     *
     * @param workers run what blocks, each on a thread of its own
     * @param clock tells days apart
     */
    record Doors(
            StateDatabase state,
            Resolver resolver,
            ReportOutlet outlet,
            ReportPost post,
            Executor workers,
            InstantSource clock) {}

    Reporting(Doors doors, Supplier<Configuration> configuration) {
        this.configuration = configuration;
        this.clock = doors.clock;
        LedgerTable table = new LedgerTable(doors.state);
        this.dmarc = new DmarcLedger(table);
        this.tls = new TlsCounting(doors.state, doors.clock);
        this.dmarcSender = new ReportSender(table, doors.resolver, doors.outlet, doors.clock, this::settings);
        this.tlsSender = new TlsReportSender(
                doors.state,
                new TlsReportSender.Ways(doors.resolver, doors.outlet, doors.post),
                doors.clock,
                this::settings);
        this.failures = new FailureReporting(doors.resolver, doors.outlet, doors.workers, doors.clock, this::settings);
        this.received = new ReceivedReports(doors.state, doors.clock);
    }

    private ReportSettings settings() {
        Configuration now = configuration.get();
        Mailbox from = now.reportAuthor();
        return new ReportSettings(
                now.report().organization().orElse(now.hostname().ascii()),
                from.host() instanceof Domain domain ? domain : now.hostname(),
                from,
                now.report().contact().orElse(from),
                ReportSettings.SPREAD,
                GENERATOR);
    }

    ReceivedReports received() {
        return received;
    }

    /** Where deliveries tell how their sessions went. */
    TlsLedger tls() {
        return session -> {
            if (configuration.get().report().tlsSend()) {
                tls.count(session);
            }
        };
    }

    @Override
    public void verified(Verified verified, Authenticity.Judged judged) {
        Reports wanted = configuration.get().report();
        if (wanted.dmarcSend()) {
            Optional<Domain> mailFrom = MailboxGrammar.mailbox(verified.origin().mailFrom())
                    .map(Mailbox::host)
                    .filter(Domain.class::isInstance)
                    .map(Domain.class::cast);
            dmarc.count(new Evaluated(
                    verified.dmarc(), judged.disposition(), verified.origin().client(), mailFrom, clock.instant()));
        }
        if (wanted.failureReports()) {
            failures.verified(verified, delivery(judged), wanted.failureRate());
        }
    }

    /** The word of failure reports for it (RFC 6591 §3.2.2). */
    private static String delivery(Authenticity.Judged judged) {
        if (judged.refusal() != null) {
            return "reject";
        }
        return switch (judged.disposition().action()) {
            case NONE, PASS -> "delivered";
            case QUARANTINE -> judged.hold() == null ? "spam" : "policy";
            case REJECT -> "reject";
        };
    }

    /** Does from now on what is to be done again and again. */
    void begin(Clockwork clockwork, Metrics metrics, ReportIntake intake) {
        clockwork.repeat(FLUSHED_EVERY, this::flush);
        clockwork.repeat(SENT_EVERY, this::send);
        clockwork.repeat(EXPIRED_EVERY, this::expire);
        metrics.gauge("postrider_report_failures_unsent", "Failure reports that could not be sent", failures::failed);
        metrics.gauge("postrider_reports_taken", "Reports taken in from mail, or known already", intake::taken);
        metrics.gauge(
                "postrider_reports_refused", "Messages to the intake without a report to be read", intake::refused);
        metrics.gauge("postrider_reports_unread", "Messages to the intake that were not read", intake::unread);
        metrics.gauge(
                "postrider_report_messages_dropped",
                "Messages that DMARC reports miss, for want of room",
                dmarc::dropped);
        metrics.gauge(
                "postrider_report_sessions_dropped",
                "Sessions that reports on TLS miss, for want of room",
                tls::dropped);
    }

    /** Writes what was counted. */
    synchronized void flush() {
        try {
            dmarc.flush();
        } catch (IOException e) {
            LOG.warn("what DMARC reports are made of is not written yet", e);
        }
        try {
            tls.flush();
        } catch (IOException e) {
            LOG.warn("what reports on TLS are made of is not written yet", e);
        }
    }

    /** Sends what is due. */
    void send() {
        try {
            if (configuration.get().report().dmarcSend()) {
                tell("DMARC", dmarcSender.send());
            }
            if (configuration.get().report().tlsSend()) {
                tell("TLS", tlsSender.send());
            }
        } catch (IOException e) {
            LOG.warn("reports cannot be sent now; tried again later", e);
        }
    }

    private static void tell(String kind, ReportSender.Round round) {
        if (round.sent() > 0) {
            LOG.info("{} reports on {} sent", round.sent(), kind);
        }
        round.failures().forEach(failure -> LOG.warn("report on {}: {}", kind, failure));
    }

    private void expire() {
        try {
            received.expire();
        } catch (IOException e) {
            LOG.warn("old reports cannot be removed now", e);
        }
    }

    @Override
    public void close() {
        flush();
    }
}
