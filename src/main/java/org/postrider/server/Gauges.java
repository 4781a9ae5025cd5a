package org.postrider.server;

import org.postrider.account.Accounts;
import org.postrider.certificate.CertificateKeeper;
import org.postrider.event.MailLog;
import org.postrider.event.Metrics;
import org.postrider.policy.Policy;
import org.postrider.reception.StressGauge;
import org.postrider.smtp.server.SmtpServer;
import org.postrider.spool.Spool;

/** What metrics show of a node's state, read when somebody asks. */
record Gauges(
        Metrics metrics,
        SmtpServer smtp,
        Spool spool,
        StressGauge stress,
        Policy policy,
        CertificateKeeper certificates,
        Accounts accounts,
        EngineThread engineThread,
        MailLog mailLog) {

    /** Registers all of them. */
    void register() {
        metrics.gauge("postrider_sessions_open", "Sessions that are open", smtp::connections);
        metrics.gauge(
                "postrider_spool_messages",
                "Messages in the spool",
                () -> spool.condition().messages());
        metrics.gauge(
                "postrider_spool_octets",
                "Octets that the spool uses",
                () -> spool.condition().usedOctets());
        metrics.gauge(
                "postrider_spool_fill_ratio",
                "Share of the space for new mail in use",
                () -> spool.condition().fill());
        metrics.gauge(
                "postrider_spool_quarantined",
                "Damaged records found since the start",
                () -> spool.condition().quarantined());
        metrics.gauge(
                "postrider_spool_failed_syncs",
                "Syncs that failed since the start",
                () -> spool.condition().failedSyncs());
        metrics.gauge("postrider_stress_level", "0 calm, 1 busy, 2 overloaded", () -> switch (stress.level()) {
            case CALM -> 0;
            case BUSY -> 1;
            case OVERLOADED -> 2;
        });
        metrics.gauge(
                "postrider_dns_lists_distrusted",
                "DNS lists that are not asked, as they are broken or do not answer",
                policy::distrustedLists);
        metrics.gauge(
                "postrider_certificate_days_left",
                "Days until the first of the certificates ends; NaN without one",
                certificates::daysLeft);
        metrics.gauge("postrider_passwords_waiting", "Passwords that wait to be hashed", accounts::waiting);
        metrics.gauge("postrider_engine_inbox", "Tasks that wait for the queue engine", engineThread::waiting);
        metrics.gauge("postrider_mail_log_lost", "Events that the mail log could not take", mailLog::lostEver);
        metrics.gauge(
                "postrider_mail_log_unread_octets",
                "Octets of the spool's log that are not in the mail log for good",
                mailLog::unreadOctets);
    }
}
