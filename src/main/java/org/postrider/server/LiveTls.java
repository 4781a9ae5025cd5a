package org.postrider.server;

import java.io.IOException;
import java.time.InstantSource;
import org.postrider.delivery.ConfiguredTls;
import org.postrider.delivery.OutgoingTls;
import org.postrider.delivery.PublishedTls;
import org.postrider.delivery.TlsTable;
import org.postrider.dns.Resolver;
import org.postrider.feedback.ReportPost;
import org.postrider.smtp.client.ClientTls;
import org.postrider.tls.Authorities;
import org.postrider.tls.ClientEngines;
import org.postrider.tlspolicy.DaneLookup;
import org.postrider.tlspolicy.HttpsPolicyFetch;
import org.postrider.tlspolicy.HttpsReportPost;
import org.postrider.tlspolicy.StsCache;
import org.postrider.tlspolicy.StsStore;
import org.postrider.tlspolicy.TlsLedger;

/**
 * The TLS of outgoing connections, as the configuration in force has it and recipients' domains publish it.
 *
 * <p>Thread: any.
 */
final class LiveTls {
    /** Where TLSA records of mail hosts are (RFC 7672 §2.2.3), whatever port a test has them listen on. */
    private static final int SMTP_PORT = 25;

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

    OutgoingTls outgoing(Resolver resolver, StsStore policies, TlsLedger ledger) {
        InstantSource clock = InstantSource.system();
        ClientTls client = client();
        HttpsPolicyFetch fetch = new HttpsPolicyFetch(
                resolver, () -> live.policyHosts, () -> live.authorities, clock, HttpsPolicyFetch.TIMEOUT);
        PublishedTls policy = new PublishedTls(
                new ConfiguredTls(() -> live.table),
                new DaneLookup(resolver, SMTP_PORT),
                new StsCache(resolver, fetch, policies, clock),
                ledger,
                () -> live.heeded);
        return new OutgoingTls(policy, client, ledger);
    }

    /** To speak TLS to servers, with sessions of its own to resume. */
    ClientTls client() {
        return new ClientTls(new ClientEngines(), () -> live.authorities, InstantSource.system());
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
