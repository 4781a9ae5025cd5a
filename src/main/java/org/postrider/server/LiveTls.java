package org.postrider.server;

import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import org.postrider.delivery.ConfiguredTls;
import org.postrider.delivery.OutgoingTls;
import org.postrider.delivery.PublishedTls;
import org.postrider.delivery.TlsTable;
import org.postrider.dns.Resolver;
import org.postrider.feedback.ReportPost;
import org.postrider.smtp.client.ClientTls;
import org.postrider.state.StateDatabase;
import org.postrider.tls.Authorities;
import org.postrider.tls.ClientEngines;
import org.postrider.tlspolicy.DaneLookup;
import org.postrider.tlspolicy.HttpsPolicyFetch;
import org.postrider.tlspolicy.HttpsReportPost;
import org.postrider.tlspolicy.StsCache;
import org.postrider.tlspolicy.TlsLedger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The TLS of outgoing connections, as the configuration in force has it and recipients' domains publish it.
 *
 * <p>Thread: any.
 */
final class LiveTls {
    /** Where TLSA records of mail hosts are (RFC 7672 §2.2.3), whatever port a test has them listen on. */
    private static final int SMTP_PORT = 25;

    private static final Logger LOG = LoggerFactory.getLogger(LiveTls.class);
    private static final Duration POLICIES_EXPIRED_EVERY = Duration.ofHours(1);
    private static final Duration POLICIES_REFRESHED_EVERY = Duration.ofHours(6);

    private volatile Live live;

    /** All that a reload replaces. */
    record Live(
            TlsTable table, Authorities authorities, PublishedTls.Heeded heeded, HttpsPolicyFetch.Reach policyHosts) {
        /** Throws IOException where {@code [tls] trust} cannot be read. */
        static Live of(PackageSettings settings) throws IOException {
            return new Live(settings.tls(), settings.authorities(), settings.heeded(), settings.policyHosts());
        }
    }

    /** Throws IOException where {@code [tls] trust} cannot be read. */
    LiveTls(PackageSettings settings) throws IOException {
        live = Live.of(settings);
    }

    /** @param state where policies outlive the process */
    OutgoingTls outgoing(Resolver resolver, StateDatabase state, TlsLedger ledger, Clockwork clockwork) {
        StsTable policies = new StsTable(state);
        clockwork.repeat(POLICIES_EXPIRED_EVERY, policies::expire);
        InstantSource clock = InstantSource.system();
        ClientTls client = client();
        HttpsPolicyFetch fetch = new HttpsPolicyFetch(
                resolver, () -> live.policyHosts, () -> live.authorities, clock, HttpsPolicyFetch.TIMEOUT);
        StsCache sts = new StsCache(resolver, fetch, policies, clock);
        clockwork.repeat(POLICIES_REFRESHED_EVERY, () -> refresh(sts));
        PublishedTls policy = new PublishedTls(
                new ConfiguredTls(() -> live.table),
                new DaneLookup(resolver, SMTP_PORT),
                sts,
                ledger,
                () -> live.heeded);
        return new OutgoingTls(policy, client, ledger);
    }

    /** To speak TLS to servers, with sessions of its own to resume. */
    ClientTls client() {
        return new ClientTls(new ClientEngines(), () -> live.authorities, InstantSource.system());
    }

    private void refresh(StsCache policies) {
        if (!live.heeded.sts()) {
            return;
        }
        policies.refresh()
                .forEach(overdue -> LOG.warn(
                        "the MTA-STS policy of {} could not be fetched anew for days, and holds until {}: {}",
                        overdue.domain(),
                        overdue.expires(),
                        overdue.failed().detail()));
    }

    /** Where reports are posted to. */
    ReportPost reportPost(Resolver resolver) {
        return new HttpsReportPost(resolver, () -> live.policyHosts, HttpsReportPost.TIMEOUT)::post;
    }

    /** Goes by these from the next connection on. */
    void take(Live others) {
        live = others;
    }
}
