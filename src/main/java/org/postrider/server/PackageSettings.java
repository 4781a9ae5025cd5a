package org.postrider.server;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.postrider.delivery.DeliverySettings;
import org.postrider.delivery.PublishedTls;
import org.postrider.delivery.Route;
import org.postrider.delivery.RouteTable;
import org.postrider.delivery.TlsTable;
import org.postrider.delivery.TlsTerms;
import org.postrider.dns.DnsSettings;
import org.postrider.event.MailLog;
import org.postrider.filter.FilterSettings;
import org.postrider.filter.Timeouts;
import org.postrider.http.HttpSettings;
import org.postrider.mail.Domain;
import org.postrider.policy.PolicySettings;
import org.postrider.policy.Response;
import org.postrider.queue.QueueSettings;
import org.postrider.queue.SiteLimits;
import org.postrider.reception.ContentLimits;
import org.postrider.reception.ListenerRole;
import org.postrider.reception.ReceptionSettings;
import org.postrider.report.DsnSettings;
import org.postrider.server.config.Clamav;
import org.postrider.server.config.Configuration;
import org.postrider.server.config.Delivery;
import org.postrider.server.config.Dns;
import org.postrider.server.config.Limits;
import org.postrider.server.config.Milter;
import org.postrider.server.config.Reference;
import org.postrider.smtp.client.ClientSettings;
import org.postrider.smtp.server.ConnectionLimits;
import org.postrider.smtp.server.ListenerSettings;
import org.postrider.smtp.server.SecurityOffer;
import org.postrider.smtp.server.SessionLimits;
import org.postrider.smtp.server.SessionSettings;
import org.postrider.smtp.server.SessionTimeouts;
import org.postrider.spool.DiskFaults;
import org.postrider.spool.Durability;
import org.postrider.spool.SpoolSettings;
import org.postrider.tls.Authorities;
import org.postrider.tls.Pem;
import org.postrider.tls.ServerEngines;
import org.postrider.tlspolicy.HttpsPolicyFetch;
import org.postrider.tlspolicy.StsPolicy;

/** What the configuration means for each package. */
record PackageSettings(Configuration configuration) {

    /** One configured address range may open as many connections as this many addresses of it. */
    private static final int RANGE_FACTOR = 5;

    private static final int MAIL_LOG_SHARE = 8;

    /**
     * Heap for each connection. A session that waits for its next command keeps 4.4 KiB alive, as measured, and 6.6 KiB when it
     * has spoken before and has waited long in between: its stack lies in two pieces then.
     */
    private static final int SESSION_OCTETS = 8 << 10;

    ConnectionLimits connections() {
        Limits limits = configuration.limits();
        int perAddress = limits.connectionsPerAddress().max();
        long perRange = limits.connectionsPerAddress().isOff() ? perAddress : (long) perAddress * RANGE_FACTOR;
        return new ConnectionLimits(
                connectionsThatFit(
                        limits.connections().max(), Runtime.getRuntime().maxMemory()),
                perAddress,
                (int) Math.min(perRange, ConnectionLimits.UNLIMITED));
    }

    /**
     * As many of the connections wanted as the heap has room for beside all else. Beyond it idle clients alone would have the virtual
     * machine do nothing but collect garbage, and then end for lack of memory.
     */
    static int connectionsThatFit(int wanted, long heapOctets) {
        return Math.toIntExact(Math.clamp(heapOctets / SESSION_OCTETS, 1L, (long) wanted));
    }

    ListenerSettings listener(Configuration.Listener listener) {
        return listener.proxyProtocol()
                ? ListenerSettings.behindProxies(
                        listener.address(), configuration.proxy().networks())
                : ListenerSettings.of(listener.address());
    }

    /** @param engines where the listener's TLS comes from */
    SessionSettings sessions(Configuration.Listener listener, ServerEngines engines) {
        return new SessionSettings(
                configuration.hostname(),
                SessionSettings.Protocol.SMTP,
                switch (listener.bareNewline()) {
                    case REFUSE -> SessionSettings.BareLineEnds.REFUSE;
                    case NORMALISE -> SessionSettings.BareLineEnds.NORMALISE;
                },
                listener.earlyTalk() != Configuration.EarlyTalk.ALLOW,
                security(listener, engines),
                sessionLimits(),
                sessionTimeouts(listener));
    }

    private static SecurityOffer security(Configuration.Listener listener, ServerEngines engines) {
        return new SecurityOffer(
                switch (listener.tls()) {
                    case NONE -> SecurityOffer.Tls.NONE;
                    case STARTTLS -> SecurityOffer.Tls.STARTTLS;
                    case IMPLICIT -> SecurityOffer.Tls.IMPLICIT;
                },
                switch (listener.authMode()) {
                    case OFF -> SecurityOffer.Auth.OFF;
                    case TLS -> SecurityOffer.Auth.UNDER_TLS;
                    case ALWAYS -> SecurityOffer.Auth.ALWAYS;
                },
                engines);
    }

    private SessionLimits sessionLimits() {
        Limits limits = configuration.limits();
        SessionLimits rest = SessionLimits.DEFAULT;
        return new SessionLimits(
                limits.errorsPerSession().max(),
                limits.junkCommandsPerSession().max(),
                limits.commandsPerMinute().max(),
                limits.tlsSessionsPerMinute().max(),
                limits.messagesPerSession().max(),
                Math.min(limits.recipientsPerMessage().max(), org.postrider.mail.Envelope.RECIPIENTS_MAX),
                rest.recipientsOvershootMax(),
                limits.messageSize().octets(),
                rest.commandLineOctetsMax(),
                rest.commandDiscardOctetsMax(),
                rest.textLineOctetsMax(),
                rest.chunksMax());
    }

    private SessionTimeouts sessionTimeouts(Configuration.Listener listener) {
        var timeouts = configuration.timeouts();
        SessionTimeouts rest = SessionTimeouts.DEFAULT;
        return new SessionTimeouts(
                timeouts.command(),
                timeouts.content(),
                rest.contentGrace(),
                rest.contentOctetsPerSecondMin(),
                timeouts.message(),
                timeouts.session(),
                timeouts.reply(),
                rest.proxyHeader(),
                listener.greetingDelay());
    }

    ReceptionSettings reception(Configuration.Listener listener) {
        Set<Domain> local = new LinkedHashSet<>();
        configuration.domains().forEach(domain -> local.add(domain.name()));
        configuration.forwards().forEach(forward -> Domain.parse(forward.from()).ifPresent(local::add));
        ReceptionSettings rest = ReceptionSettings.DEFAULT;
        ContentLimits content = new ContentLimits(
                rest.content().header(),
                configuration.limits().receivedFields().max(),
                rest.content().ownReceivedMax());
        return new ReceptionSettings(
                configuration.hostname(),
                switch (listener.role()) {
                    case MX -> ListenerRole.MX;
                    case SUBMISSION -> ListenerRole.SUBMISSION;
                    case RELAY -> ListenerRole.RELAY;
                },
                local,
                configuration.relay().networks(),
                listener.trustNetworks() || listener.authMode() == Configuration.AuthMode.OFF,
                durability(listener),
                switch (listener.earlyTalk()) {
                    case ALLOW -> Response.OFF;
                    case TAG -> Response.TAG;
                    case REFUSE -> Response.REJECT;
                },
                rest.nullSenderRecipientsMax(),
                content,
                listener.tls() == Configuration.TlsMode.STARTTLS && listener.authMode() == Configuration.AuthMode.TLS,
                rest.clientAuthorities());
    }

    FilterSettings filters(Configuration.Listener listener) {
        List<FilterSettings.Milter> milters = new ArrayList<>();
        for (Milter milter : configuration.milters()) {
            if (milter.roles().contains(listener.role())) {
                Timeouts timeouts =
                        new Timeouts(milter.connectTimeout(), milter.commandTimeout(), milter.contentTimeout());
                milters.add(
                        new FilterSettings.Milter(milter.name(), milter.address(), timeouts, milter.defaultAction()));
            }
        }
        Clamav clamav = configuration.clamav();
        Optional<FilterSettings.VirusScanner> scanner = clamav.address()
                .filter(_ -> clamav.roles().contains(listener.role()))
                .map(address -> new FilterSettings.VirusScanner(
                        address,
                        new Timeouts(clamav.connectTimeout(), clamav.contentTimeout(), clamav.contentTimeout()),
                        clamav.defaultAction(),
                        clamav.onVirus(),
                        clamav.streamMax().octets()));
        return new FilterSettings(
                milters,
                scanner,
                configuration.limits().messageSize().octets(),
                ReceptionSettings.DEFAULT.content().header());
    }

    private static Durability durability(Configuration.Listener listener) {
        return switch (listener.durability()) {
            case FSYNC -> Durability.FSYNC;
            case OS -> Durability.OS;
        };
    }

    PolicySettings policy() {
        return new PolicyOfConfiguration(configuration).settings();
    }

    SpoolSettings spool() {
        Configuration.Spool spool = configuration.spool();
        SpoolSettings rest = SpoolSettings.DEFAULT;
        int segment = Math.toIntExact(Math.min(spool.segmentSize().octets(), 1L << 30));
        int large = Math.toIntExact(Math.min(spool.largeContent().octets(), segment / 2));
        return rest.withSegments(segment, large, 2L * segment)
                .withSpace(
                        spool.sizeMax().octets(),
                        spool.reserve().octets(),
                        spool.freeMin().octets())
                .withSyncDelay(spool.syncDelay())
                .withFaults(DiskFaults.parse(System.getProperty(DiskFaults.PROPERTY, "")));
    }

    QueueSettings queue() {
        QueueSettings rest = QueueSettings.DEFAULT;
        Delivery delivery = configuration.delivery();
        Configuration.Retry retry = configuration.retry();
        return new QueueSettings(
                retry.schedule(),
                rest.jitter(),
                retry.lifetime(),
                // Beyond any lifetime there is no notice.
                retry.delayNotice().orElse(retry.lifetime().plus(Duration.ofDays(1))),
                delivery.attempts(),
                delivery.recipientsPerTransaction(),
                rest.routeCache(),
                rest.pauseMax(),
                new SiteLimits(
                        Math.min(delivery.concurrencyStart(), delivery.concurrencyMax()),
                        delivery.concurrencyMax(),
                        null),
                new LinkedHashMap<>());
    }

    DeliverySettings delivery(List<InetSocketAddress> listening) {
        Delivery delivery = configuration.delivery();
        DeliverySettings rest = DeliverySettings.DEFAULT;
        DeliverySettings.PoolLimits pool = new DeliverySettings.PoolLimits(
                delivery.messagesPerConnection(),
                rest.pool().ageMax(),
                delivery.connectionIdle(),
                delivery.connectionsIdle(),
                Math.max(rest.pool().idlePerSiteMax(), delivery.concurrencyMax()));
        return new DeliverySettings(
                delivery.port(),
                delivery.privateNetworks(),
                configuration.hostname().ascii(),
                Map.of(),
                Set.of(configuration.hostname()),
                listening,
                client(),
                rest.fallbackConnect(),
                pool,
                rest.hostsMax(),
                rest.addressesMax(),
                rest.addressesPerHostMax(),
                delivery.attempts(),
                rest.routesMemoryMax(),
                delivery.convertEightBit(),
                Path.of(""));
    }

    private ClientSettings client() {
        var timeouts = configuration.timeouts();
        return new ClientSettings(
                timeouts.connect(),
                timeouts.greeting(),
                timeouts.ehlo(),
                timeouts.tlsHandshake(),
                timeouts.mail(),
                timeouts.rcpt(),
                timeouts.data(),
                timeouts.dataBlock(),
                timeouts.dataDone(),
                timeouts.quit(),
                ClientSettings.DEFAULT.chunkingOctetsMin());
    }

    RouteTable routes() {
        List<RouteTable.Rule> rules = new ArrayList<>();
        configuration.routes().forEach(rule -> rules.add(new OutgoingRoute(rule).rule()));
        Map<Domain, Route> deliver = new LinkedHashMap<>();
        configuration
                .domains()
                .forEach(domain -> domain.deliver().ifPresent(route -> deliver.put(domain.name(), route)));
        Domain host = configuration.hostname();
        boolean hostHasRoute = deliver.containsKey(host)
                || rules.stream().anyMatch(rule -> rule.pattern().matches(host));
        if (!hostHasRoute) {
            deliver.put(host, postmastersMaildir());
        }
        return new RouteTable(rules, deliver);
    }

    /** The TLS policies of mail by MX. */
    TlsTable tls() {
        List<TlsTable.Policy> policies = configuration.tlsPolicies().stream()
                .map(rule ->
                        new TlsTable.Policy(rule.recipientDomain(), OutgoingRoute.terms(rule.tls(), rule.tlsNames())))
                .toList();
        return new TlsTable(TlsTerms.of(configuration.delivery().tls()), policies);
    }

    /** Which of the policies that domains publish count. */
    PublishedTls.Heeded heeded() {
        return new PublishedTls.Heeded(
                configuration.delivery().dane(), configuration.delivery().mtaSts());
    }

    /** The MTA-STS policies of our own domains. */
    Map<Domain, StsPolicy> ownPolicies() {
        Map<Domain, StsPolicy> policies = new LinkedHashMap<>();
        for (Configuration.LocalDomain domain : configuration.domains()) {
            List<Domain> hosts = domain.mtaStsMx().isEmpty() ? List.of(configuration.hostname()) : domain.mtaStsMx();
            domain.mtaSts()
                    .ifPresent(mode -> policies.put(
                            domain.name(),
                            new StsPolicy(
                                    mode,
                                    hosts.stream().map(Domain::ascii).toList(),
                                    domain.mtaStsMaxAge().compareTo(StsPolicy.MAX_AGE_MOST) < 0
                                            ? domain.mtaStsMaxAge()
                                            : StsPolicy.MAX_AGE_MOST)));
        }
        return policies;
    }

    /** Where MTA-STS policy hosts may be: where mail hosts may be. */
    HttpsPolicyFetch.Reach policyHosts() {
        return new HttpsPolicyFetch.Reach(configuration.delivery().mtaStsPort(), delivery(List.of())::mayDial);
    }

    /**
     * Whom to believe on the way out: the JDK's authorities and {@code [tls] trust}.
     *
     * @throws IOException where that can no longer be read, in words for people
     */
    Authorities authorities() throws IOException {
        Optional<Reference> trust = configuration.tls().trust();
        if (trust.isEmpty()) {
            return Authorities.withSystem(List.of());
        }
        return switch (Pem.certificates(trust.get().resolve())) {
            case Pem.Certificates.Found(var all) -> Authorities.withSystem(all);
            case Pem.Certificates.Bad(var reason) ->
                throw new IOException("tls.trust: " + trust.get().origin() + " " + reason);
        };
    }

    /** Where mail for the host itself ends unless the configuration says so: postmaster's, double bounces among it. */
    private Route postmastersMaildir() {
        String text = "maildir:" + configuration.dataDir().resolve("postmaster");
        return switch (Route.parse(text)) {
            case Route.Parsed.Valid(var route) -> route;
            // A data directory whose name is no template; the mail is kept in the queue then.
            case Route.Parsed.Invalid _ -> new Route.Hold();
        };
    }

    DsnSettings notices() {
        Domain host = configuration.hostname();
        DsnSettings rest = DsnSettings.of(host);
        return new DsnSettings(
                host,
                configuration.postmaster().orElse(rest.postmaster()),
                rest.returnOctetsMax(),
                rest.headerOctetsMax());
    }

    HttpSettings http(boolean pages) {
        return new HttpSettings(
                configuration.http().address(), configuration.hostname().ascii(), pages);
    }

    /** What a mail log that cannot be written may keep of the spool is a small share of it. */
    MailLog.Settings mailLogSettings() {
        MailLog.Settings rest = MailLog.Settings.DEFAULT;
        long share = spool().octetsMax() / MAIL_LOG_SHARE;
        return new MailLog.Settings(rest.attemptsMax(), Math.min(rest.unreadOctetsMax(), share));
    }

    Path mailLog() {
        return configuration.log().mailLog().orElse(configuration.dataDir().resolve("mail.log"));
    }

    /** Throws IOException where {@code [dns] trust-anchors} can no longer be read, in words for people. */
    DnsSettings dns() throws IOException {
        Optional<Reference> reference = configuration.dns().trustAnchors();
        String anchors = reference.isEmpty() ? "" : reference.get().resolve();
        return DnsSettings.DEFAULT
                .withServers(configuration.dns().servers())
                .withTrustAd(configuration.dns().trustAd())
                .withTrustAnchors(anchors.equals(Dns.ROOT) ? DnsSettings.ROOT_ANCHORS : anchors);
    }
}
