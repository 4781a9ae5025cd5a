package org.postrider.server;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.postrider.account.AccountSettings;
import org.postrider.account.Accounts;
import org.postrider.certificate.CertificateKeeper;
import org.postrider.delivery.Deliverer;
import org.postrider.delivery.DeliverySettings;
import org.postrider.delivery.OutgoingTls;
import org.postrider.delivery.OwnMail;
import org.postrider.delivery.RouteTable;
import org.postrider.delivery.SpoolJournal;
import org.postrider.dns.DnsResolver;
import org.postrider.dns.Resolver;
import org.postrider.domain.DomainRegister;
import org.postrider.event.EventFanOut;
import org.postrider.event.Events;
import org.postrider.event.MailLog;
import org.postrider.event.Metrics;
import org.postrider.feedback.LedgerTable;
import org.postrider.filter.FilterSession;
import org.postrider.filter.FilterSettings;
import org.postrider.filter.Filters;
import org.postrider.http.Control;
import org.postrider.http.ControlToken;
import org.postrider.http.Health;
import org.postrider.http.HttpServer;
import org.postrider.http.RecentMail;
import org.postrider.http.StsHost;
import org.postrider.mail.Envelope;
import org.postrider.mail.MailHostPool;
import org.postrider.policy.GreylistTable;
import org.postrider.policy.Policy;
import org.postrider.policy.PolicySettings;
import org.postrider.policy.SmtpRecipientProbe;
import org.postrider.queue.Accepted;
import org.postrider.queue.QueueEngine;
import org.postrider.queue.QueueSettings;
import org.postrider.reception.Load;
import org.postrider.reception.Reception;
import org.postrider.reception.ReceptionSettings;
import org.postrider.reception.StressGauge;
import org.postrider.reception.StressThresholds;
import org.postrider.server.config.Configuration;
import org.postrider.server.config.ConfigurationFile;
import org.postrider.smtp.server.ConnectionLimits;
import org.postrider.smtp.server.SessionSettings;
import org.postrider.smtp.server.SmtpListener;
import org.postrider.smtp.server.SmtpServer;
import org.postrider.spool.Condition;
import org.postrider.spool.LogSpool;
import org.postrider.spool.Spool;
import org.postrider.state.Migration;
import org.postrider.state.StateDatabase;
import org.postrider.tls.ServerContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One running server: everything news up here, in the order in which it is needed, and ends in the reverse order.
 *
 * <p>Thread: any; starting, reloading and draining one at a time.
 */
public final class Node implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Node.class);
    private static final Duration KEPT_EVERY = Duration.ofSeconds(10);
    private static final Duration OBSERVED_EVERY = Duration.ofSeconds(1);
    private static final Duration POLICY_FLUSHED_EVERY = Duration.ofSeconds(2);
    private static final Duration POLICY_EXPIRED_EVERY = Duration.ofHours(1);
    /** A sync takes milliseconds. */
    private static final Duration SETTLED_WITHIN = Duration.ofSeconds(5);

    private final Options options;
    private final Deque<AutoCloseable> opened = new ArrayDeque<>();
    private final StressGauge stress = new StressGauge(StressThresholds.DEFAULT);
    private final Metrics metrics = new Metrics();
    private final RecentMail recent = new RecentMail();
    private final MailHostPool hosts = new MailHostPool();
    private final EngineThread engineThread = new EngineThread();
    private final Clockwork clockwork;
    private final ExecutorService workers;
    private final Spool spool;
    private final StateDatabase state;
    private final Accounts accounts;
    private final MailLog mailLog;
    private final LiveTls tls;
    private final Deliverer deliverer;
    private final QueueEngine engine;
    private final Policy policy;
    private final Filters filters;
    private final SmtpServer smtp;
    private final CertificateKeeper certificates;
    private final LiveAuthenticity authenticity;
    private final Reporting reporting;
    private final ReportIntake intake;
    private final Configuration first;
    private final LiveHeap heap = LiveHeap.ofThisMachine();
    private final AtomicBoolean draining = new AtomicBoolean();
    private final CountDownLatch stopped = new CountDownLatch(1);
    private volatile List<Listening> listeners = List.of();
    private final Control control;
    private final HttpServer http;
    private volatile PackageSettings settings;
    private volatile Health.Phase phase = Health.Phase.STARTING;

    /**
     * A listener, and what the configuration says of it.
     *
     * @param line the one in force: that of the last configuration that had one for it
     */
    private record Listening(
            SmtpListener listener,
            AtomicReference<ReceptionSettings> reception,
            ListenerEngines engines,
            Configuration.Listener line) {}

    /** A listener and what a reload gives it, worked out before any listener is touched. */
    private record Change(
            Listening to, SessionSettings sessions, ReceptionSettings reception, ServerContext.Settings tls) {
        static Change of(PackageSettings settings, Listening listening, Configuration.Listener line)
                throws IOException {
            return new Change(
                    new Listening(listening.listener(), listening.reception(), listening.engines(), line),
                    settings.sessions(line, listening.engines()),
                    rules(settings, line),
                    new TlsOfConfiguration(settings.configuration()).listener(line));
        }

        Listening apply() {
            to.engines().take(tls);
            to.listener().replace(sessions);
            to.reception().set(reception);
            return to;
        }
    }

    /**
     * How a node runs beside its configuration.
     *
     * @param pages whether mail can be read over HTTP without a token, as {@code dev} lets its user
     * @param reread reads the configuration again, for a reload
     * @param clock by which reports are due
     */
    public record Options(boolean pages, Supplier<ConfigurationFile.Result> reread, InstantSource clock) {
        public Options(boolean pages, Supplier<ConfigurationFile.Result> reread) {
            this(pages, reread, InstantSource.system());
        }
    }

    /**
     * Opens the spool, takes its messages on, and begins to serve.
     *
     * @throws IOException where the spool or an address cannot be had; nothing is left open then
     */
    public static Node start(Configuration configuration, Options options) throws IOException {
        return new Node(configuration, options);
    }

    private Node(Configuration configuration, Options options) throws IOException {
        this.settings = new PackageSettings(configuration);
        this.first = configuration;
        this.options = options;
        boolean started = false;
        try {
            Path dataDir = Files.createDirectories(configuration.dataDir());
            // What the others write to is opened first, so that it is closed last.
            LogSpool log = open(LogSpool.open(dataDir.resolve("spool"), settings.spool(), InstantSource.system()));
            this.spool = log;
            this.mailLog =
                    open(new MailLog(settings.mailLog(), log.outbox(), Clock.systemUTC(), settings.mailLogSettings()));
            open(this::settleSpool);
            this.state = open(StateDatabase.open(dataDir.resolve(StateDatabase.FILE), tables()));
            Events events = new EventFanOut(List.of(mailLog, metrics, recent));
            this.accounts = open(AccountMapping.accounts(configuration, state, events));
            this.workers = open(Executors.newThreadPerTaskExecutor(
                    Thread.ofVirtual().name("journal-", 0).factory()));
            this.clockwork = open(new Clockwork(workers));
            Resolver resolver = new DnsResolver(settings.dns(), System::nanoTime);
            this.tls = new LiveTls(settings);
            this.authenticity = new LiveAuthenticity(resolver, open(LiveAuthenticity.lanes()), configuration);
            DomainRegister domains = domains();
            this.reporting = open(reporting(resolver, events));
            this.intake = intake(events);
            this.deliverer = open(deliverer(resolver, events));
            this.policy = policy(resolver, state);
            SpoolJournal journal = journal(events);
            this.engine = new QueueEngine(
                    engineThread, engineThread, deliverer, journal, new SplittableRandom(), settings.queue());
            new FoundMail(spool, journal, intake, this::accept, recent).takeOn();
            engine.reviewHeld();
            open(engineThread).start();
            open(intake);
            this.filters =
                    open(new Filters(dataDir.resolve("filter"), InstantSource.system(), System::nanoTime, events));
            this.smtp = open(new SmtpServer(
                    System::nanoTime, settings.connections(), stress::level, new SessionMetrics(metrics)));
            this.certificates = open(TlsOfConfiguration.keeper(dataDir));
            certificates.take(new TlsOfConfiguration(configuration).certificates(Instant.now()));
            listen(doors(resolver, events));
            certificates.start();
            servePolicies(configuration.http().mtaStsAddress());
            deliverer.configure(settings.routes(), settings.delivery(addresses()));
            new Gauges(metrics, smtp, spool, stress, policy, certificates, accounts, engineThread, mailLog).register();
            clockwork.repeat(KEPT_EVERY, accounts::keep);
            clockwork.often(OBSERVED_EVERY, this::observe);
            clockwork.repeat(OldGarbage.EVERY, OldGarbage.ofThisMachine()::look);
            reporting.begin(clockwork, metrics, intake);
            this.control = new NodeControl(this, engineThread, engine, spool, reporting.received(), domains);
            this.http = open(HttpServer.start(
                    settings.http(options.pages()), control, recent, metrics, ControlToken.loadOrCreate(dataDir)));
            phase = Health.Phase.READY;
            started = true;
        } finally {
            if (!started) {
                closeAll();
            }
        }
    }

    private DomainRegister domains() throws IOException {
        DomainRegister made = OurDomains.register(state, settings.dns(), () -> settings, authenticity::sign);
        clockwork.repeat(DomainRegister.LOOKED_EVERY, made::keep);
        return made;
    }

    /** Serves the MTA-STS policies of our own domains, where an address is given for it. */
    private void servePolicies(Optional<InetSocketAddress> address) throws IOException {
        if (address.isPresent()) {
            ServerContext web = ServerContext.forWeb(certificates.identities(), ServerContext.Settings.DEFAULT);
            open(StsHost.start(address.get(), web, () -> settings.ownPolicies()));
        }
    }

    private Reception.Doors doors(Resolver resolver, Events events) {
        return new Reception.Doors(
                engineThread,
                spool,
                new ConfirmedNames(resolver),
                policy,
                hosts,
                this::receive,
                events,
                accounts,
                authenticity.desk(reporting),
                authenticity,
                authenticity::forwarding);
    }

    Accounts accounts() {
        return accounts;
    }

    Reporting reporting() {
        return reporting;
    }

    CertificateKeeper certificates() {
        return certificates;
    }

    private <T extends AutoCloseable> T open(T resource) {
        opened.push(resource);
        return resource;
    }

    private Deliverer deliverer(Resolver resolver, Events events) {
        Deliverer.Ports ports =
                new Deliverer.Ports(resolver, spool, events, engineThread::answer, engineThread, System::nanoTime);
        OutgoingTls outgoing = tls.outgoing(resolver, state, reporting.tls(), clockwork);
        return new Deliverer(ports, new SharedRandom(), outgoing, settings.routes(), settings.delivery(List.of()));
    }

    private Reporting reporting(Resolver resolver, Events events) {
        SpoolOutlet outlet = new SpoolOutlet(
                spool,
                new OwnMail(first.hostname().ascii(), authenticity),
                InstantSource.system(),
                hosts,
                this::receive,
                events);
        return new Reporting(
                new Reporting.Doors(state, resolver, outlet, tls.reportPost(resolver), workers, options.clock()),
                () -> settings.configuration());
    }

    private ReportIntake intake(Events events) {
        return new ReportIntake(
                new ReportIntake.Doors(
                        spool, reporting.received(), InstantSource.system(), hosts, this::enqueue, events),
                () -> settings.configuration().report());
    }

    private static List<Migration> tables() {
        return Stream.of(
                        Accounts.migrations(),
                        GreylistTable.MIGRATIONS,
                        LedgerTable.MIGRATIONS,
                        StsTable.MIGRATIONS,
                        DomainRegister.MIGRATIONS)
                .flatMap(List::stream)
                .toList();
    }

    private Policy policy(Resolver resolver, StateDatabase state) {
        Policy made = new Policy(
                new Policy.Ports(
                        resolver,
                        InstantSource.system(),
                        System::nanoTime,
                        new GreylistTable(state),
                        new SmtpRecipientProbe(
                                resolver, () -> settings.configuration().hostname(), tls.client()),
                        stress::level),
                settings.policy());
        clockwork.repeat(POLICY_FLUSHED_EVERY, made::flush);
        clockwork.repeat(POLICY_EXPIRED_EVERY, made::expire);
        opened.push(made::flush);
        return made;
    }

    private SpoolJournal journal(Events events) {
        SpoolJournal.Doors doors = new SpoolJournal.Doors(
                engineThread,
                engineThread::answer,
                workers,
                clockwork::after,
                hosts,
                this::accept,
                events,
                authenticity);
        SpoolJournal.Settings rest = SpoolJournal.Settings.DEFAULT;
        return new SpoolJournal(
                spool,
                doors,
                new SpoolJournal.Settings(
                        settings.notices(),
                        () -> settings.configuration().retry().lifetime(),
                        rest.retryPause(),
                        authenticity::sender));
    }

    /** Waits until what was handed to the spool is durable, so that the mail log, which is closed next, tells it. */
    private void settleSpool() throws InterruptedException {
        CountDownLatch durable = new CountDownLatch(1);
        spool.update(List.of(), durable::countDown);
        if (!durable.await(SETTLED_WITHIN.toMillis(), TimeUnit.MILLISECONDS)) {
            LOG.warn("the spool is slow or failing: the next start logs what becomes durable now");
        }
    }

    /** A new message, from a session's thread. */
    private void receive(Accepted accepted, Envelope envelope) {
        if (intake.concerns(envelope)) {
            intake.take(accepted);
        } else {
            enqueue(accepted);
        }
    }

    private void enqueue(Accepted accepted) {
        engineThread.post(() -> accept(accepted));
    }

    private void accept(Accepted accepted) {
        engine.accept(accepted);
    }

    private void listen(Reception.Doors doors) throws IOException {
        List<Listening> opened = new ArrayList<>();
        for (Configuration.Listener listener : settings.configuration().listeners()) {
            // Worked out once for each reload, not for each session.
            AtomicReference<ReceptionSettings> rules = new AtomicReference<>(rules(settings, listener));
            ListenerEngines engines = new ListenerEngines(
                    certificates.identities(), new TlsOfConfiguration(settings.configuration()).listener(listener));
            SmtpListener listening = smtp.listen(
                    settings.listener(listener),
                    settings.sessions(listener, engines),
                    new Reception(rules::get, doors, () -> filters(listener)));
            opened.add(new Listening(listening, rules, engines, listener));
            LOG.info("SMTP ({}) on {}", listener.role(), listening.address());
        }
        listeners = List.copyOf(opened);
        int room = settings.connections().connectionsMax();
        if (room < first.limits().connections().max()) {
            LOG.info("the heap has room for {} connections at once; -Xmx gives it more", room);
        }
    }

    private static ReceptionSettings rules(PackageSettings settings, Configuration.Listener line) throws IOException {
        return settings.reception(line).believing(new TlsOfConfiguration(settings.configuration()).clientAuthorities());
    }

    /** The filters of a new session; empty where none is configured for its listener. */
    private Optional<FilterSession> filters(Configuration.Listener listener) {
        FilterSettings wanted = settings.filters(listener);
        return wanted.isEmpty() ? Optional.empty() : Optional.of(filters.session(wanted));
    }

    private void observe() {
        try {
            Condition condition = spool.condition();
            if (condition.failed() && phase == Health.Phase.READY) {
                phase = Health.Phase.DRAINING;
                LOG.error("the spool takes nothing any more: not ready; a restart is needed");
            }
            int allowed = settings.connections().connectionsMax();
            Load load = new Load(
                    (double) smtp.connections() / allowed, heap.share(), condition.commitP99(), condition.fill());
            stress.observe(engineThread.now(), load);
        } catch (RuntimeException e) {
            LOG.error("the load could not be observed", e);
        }
    }

    private List<InetSocketAddress> addresses() {
        return listeners.stream()
                .map(listening -> listening.listener().address())
                .toList();
    }

    /** The addresses that SMTP listens on, in the configuration's order, with the ports that were taken. */
    public List<InetSocketAddress> smtpAddresses() {
        return addresses();
    }

    public InetSocketAddress httpAddress() {
        return new InetSocketAddress(settings.configuration().http().address().getAddress(), http.port());
    }

    Control control() {
        return control;
    }

    Health.Phase phase() {
        return phase;
    }

    StressGauge stress() {
        return stress;
    }

    ConfigurationFile.Result reread() {
        return options.reread().get();
    }

    /**
     * Goes by another configuration from now on. All that can fail is worked out before anything is replaced.
     *
     * @return what of it cannot be changed while the server runs, as sentences
     */
    synchronized List<String> take(Configuration configuration) {
        if (draining.get()) {
            return List.of("the server is stopping; nothing was changed");
        }
        PackageSettings taken = new PackageSettings(configuration);
        LiveTls.Live outgoing;
        try {
            outgoing = LiveTls.Live.of(taken);
        } catch (IOException e) {
            return List.of(e.getMessage() + "; nothing was changed");
        }
        List<Listening> open = listeners;
        List<Configuration.Listener> lines =
                AtReload.lines(open.stream().map(Listening::line).toList(), configuration.listeners());
        List<Change> changes = new ArrayList<>();
        LiveAuthenticity.InForce authentic;
        try {
            for (int i = 0; i < open.size(); i++) {
                changes.add(Change.of(taken, open.get(i), lines.get(i)));
            }
            authentic = authenticity.read(configuration);
            certificates.take(new TlsOfConfiguration(configuration).certificates(Instant.now()));
        } catch (IOException e) {
            return List.of("nothing was changed: " + e.getMessage());
        }
        ConnectionLimits connections = taken.connections();
        RouteTable routes = taken.routes();
        DeliverySettings delivery = taken.delivery(addresses());
        QueueSettings queue = taken.queue();
        PolicySettings judging = taken.policy();
        AccountSettings users = AccountMapping.settings(configuration);

        settings = taken;
        smtp.replace(connections);
        policy.replace(judging);
        authenticity.take(authentic);
        accounts.configure(users);
        listeners = changes.stream().map(Change::apply).toList();
        tls.take(outgoing);
        deliverer.configure(routes, delivery);
        engineThread.post(() -> engine.settings(queue));
        mailLog.reopen();
        return AtReload.remarks(first, configuration);
    }

    /**
     * Ends in order: no new mail, what is being received is finished, what is being delivered is finished, all within the
     * configured time; what is not done then is in the spool and goes on at the next start. Called again, it waits for that
     * end.
     */
    public void drain() {
        if (!draining.compareAndSet(false, true)) {
            awaitStopped();
            return;
        }
        // Before any listener stops, so that a load balancer can see it.
        phase = Health.Phase.DRAINING;
        try {
            drainOnce();
        } finally {
            closeAll();
            stopped.countDown();
        }
        LOG.info("stopped");
    }

    private void awaitStopped() {
        try {
            stopped.await();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void drainOnce() {
        Duration grace = settings.configuration().timeouts().drain();
        long end = System.nanoTime() + grace.toNanos();
        LOG.info("draining, for at most {}", grace);
        // Deliveries end while sessions do: a slow client must not use up the time that attempts need to hear their
        // replies.
        CountDownLatch drained = new CountDownLatch(1);
        engineThread.post(() -> engine.drain(drained::countDown));
        smtp.stop(grace);
        try {
            if (!drained.await(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS)) {
                LOG.warn("not all attempts ended in time; their recipients are tried again after the next start");
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /** Drains. */
    @Override
    public void close() {
        drain();
    }

    private void closeAll() {
        while (!opened.isEmpty()) {
            try {
                opened.pop().close();
            } catch (Exception e) {
                LOG.warn("closing failed", e);
            }
        }
    }
}
