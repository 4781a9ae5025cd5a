package org.postrider.server;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.postrider.delivery.Deliverer;
import org.postrider.delivery.SpoolJournal;
import org.postrider.delivery.TlsPolicy;
import org.postrider.dns.DnsResolver;
import org.postrider.dns.Resolver;
import org.postrider.event.EventFanOut;
import org.postrider.event.Events;
import org.postrider.event.MailLog;
import org.postrider.event.Metrics;
import org.postrider.http.Control;
import org.postrider.http.ControlToken;
import org.postrider.http.Health;
import org.postrider.http.HttpServer;
import org.postrider.http.HttpSettings;
import org.postrider.http.RecentMail;
import org.postrider.mail.MailHostPool;
import org.postrider.queue.Accepted;
import org.postrider.queue.QueueEngine;
import org.postrider.reception.Load;
import org.postrider.reception.Reception;
import org.postrider.reception.ReceptionSettings;
import org.postrider.reception.StressGauge;
import org.postrider.reception.StressThresholds;
import org.postrider.report.DsnSettings;
import org.postrider.server.config.Configuration;
import org.postrider.server.config.ConfigurationFile;
import org.postrider.smtp.server.SmtpListener;
import org.postrider.smtp.server.SmtpServer;
import org.postrider.spool.Condition;
import org.postrider.spool.LogSpool;
import org.postrider.spool.Spool;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One running server: everything news up here, in the order in which it is needed, and ends in the reverse order.
 *
 * <p>Thread: any; starting, reloading and draining one at a time.
 */
public final class Node implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Node.class);
    private static final Duration OBSERVED_EVERY = Duration.ofSeconds(1);

    private final Options options;
    private final Deque<AutoCloseable> opened = new ArrayDeque<>();
    private final StressGauge stress = new StressGauge(StressThresholds.DEFAULT);
    private final Metrics metrics = new Metrics();
    private final RecentMail recent = new RecentMail();
    private final MailHostPool hosts = new MailHostPool();
    private final EngineThread engineThread = new EngineThread();
    private final ScheduledExecutorService clockwork;
    private final ExecutorService workers;
    private final Spool spool;
    private final MailLog mailLog;
    private final Deliverer deliverer;
    private final QueueEngine engine;
    private final SmtpServer smtp;
    private final List<Listening> listeners = new ArrayList<>();
    private final Control control;
    private final HttpServer http;
    private volatile PackageSettings settings;
    private volatile Health.Phase phase = Health.Phase.STARTING;

    /** A listener, and the line of the configuration that it came from. */
    private record Listening(int index, SmtpListener listener, AtomicReference<ReceptionSettings> reception) {}

    /**
     * How a node runs beside its configuration.
     *
     * @param pages whether mail can be read over HTTP without a token, as {@code dev} lets its user
     * @param reread reads the configuration again, for a reload
     */
    public record Options(boolean pages, Supplier<ConfigurationFile.Result> reread) {}

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
        this.options = options;
        boolean started = false;
        try {
            Path dataDir = Files.createDirectories(configuration.dataDir());
            this.workers = open(Executors.newThreadPerTaskExecutor(
                    Thread.ofVirtual().name("journal-", 0).factory()));
            this.clockwork = open(Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().daemon().name("clockwork").factory()));
            this.mailLog = open(new MailLog(
                    configuration.log().mailLog().orElse(dataDir.resolve("mail.log")),
                    Clock.systemUTC(),
                    MailLog.DEFAULT_EVENTS_MAX));
            this.spool = open(LogSpool.open(dataDir.resolve("spool"), settings.spool(), InstantSource.system()));
            Events events = new EventFanOut(List.of(mailLog, metrics, recent));
            Resolver resolver = new DnsResolver(settings.dns(), System::nanoTime);
            this.deliverer = open(deliverer(resolver, events));
            SpoolJournal journal = journal(events);
            this.engine = new QueueEngine(
                    engineThread, engineThread, deliverer, journal, new SplittableRandom(), settings.queue());
            restore(journal);
            open(engineThread).start();
            this.smtp = open(new SmtpServer(
                    System::nanoTime, settings.connections(), stress::level, new SessionMetrics(metrics)));
            Reception.Doors doors = new Reception.Doors(
                    engineThread, spool, new ConfirmedNames(resolver), hosts, this::enqueue, events);
            listen(doors);
            deliverer.configure(settings.routes(), settings.delivery(addresses()));
            gauges();
            var _ = clockwork.scheduleAtFixedRate(this::observe, 0, OBSERVED_EVERY.toMillis(), TimeUnit.MILLISECONDS);
            this.control = new NodeControl(this, engineThread, engine, spool);
            this.http = open(HttpServer.start(
                    new HttpSettings(
                            configuration.http().address(),
                            configuration.hostname().ascii(),
                            options.pages()),
                    control,
                    recent,
                    metrics,
                    ControlToken.loadOrCreate(dataDir)));
            phase = Health.Phase.READY;
            started = true;
        } finally {
            if (!started) {
                closeAll();
            }
        }
    }

    private <T extends AutoCloseable> T open(T resource) {
        opened.push(resource);
        return resource;
    }

    private Deliverer deliverer(Resolver resolver, Events events) {
        Deliverer.Ports ports =
                new Deliverer.Ports(resolver, spool, events, engineThread::answer, engineThread, System::nanoTime);
        return new Deliverer(
                ports, new SharedRandom(), TlsPolicy.CLEAR, settings.routes(), settings.delivery(List.of()));
    }

    private SpoolJournal journal(Events events) {
        SpoolJournal.Doors doors = new SpoolJournal.Doors(
                engineThread,
                engineThread::answer,
                workers,
                (pause, task) -> {
                    var _ = clockwork.schedule(task, pause.toMillis(), TimeUnit.MILLISECONDS);
                },
                hosts,
                this::accept,
                events);
        SpoolJournal.Settings rest = SpoolJournal.Settings.DEFAULT;
        return new SpoolJournal(
                spool,
                doors,
                new SpoolJournal.Settings(
                        DsnSettings.of(settings.configuration().hostname()),
                        () -> settings.configuration().retry().lifetime(),
                        rest.retryPause()));
    }

    private void restore(SpoolJournal journal) throws IOException {
        long[] found = new long[1];
        spool.forEach(message -> {
            // The engine's thread has not begun, so that this one stands in for it.
            accept(journal.restore(message));
            recent.restore(message);
            found[0]++;
        });
        if (found[0] > 0) {
            LOG.info("{} messages in the spool", found[0]);
        }
    }

    /** A new message, from a session's thread. */
    private void enqueue(Accepted accepted) {
        engineThread.post(() -> accept(accepted));
    }

    private void accept(Accepted accepted) {
        engine.accept(accepted);
    }

    private void listen(Reception.Doors doors) throws IOException {
        List<Configuration.Listener> configured = settings.configuration().listeners();
        for (int i = 0; i < configured.size(); i++) {
            Configuration.Listener listener = configured.get(i);
            // Worked out once for each reload, not for each session.
            AtomicReference<ReceptionSettings> rules = new AtomicReference<>(settings.reception(listener));
            SmtpListener listening = smtp.listen(
                    settings.listener(listener), settings.sessions(listener), new Reception(rules::get, doors));
            listeners.add(new Listening(i, listening, rules));
            LOG.info("SMTP ({}) on {}", listener.role(), listening.address());
        }
    }

    /** What the configuration in force says of a listener that was opened under an earlier one. */
    private Configuration.Listener listenerAt(int index, Configuration.Listener first) {
        List<Configuration.Listener> now = settings.configuration().listeners();
        return index < now.size() && now.get(index).address().equals(first.address()) ? now.get(index) : first;
    }

    private void gauges() {
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
        metrics.gauge("postrider_engine_inbox", "Tasks that wait for the queue engine", engineThread::waiting);
        metrics.gauge("postrider_mail_log_lost", "Events that the mail log could not take", mailLog::lostEver);
    }

    private void observe() {
        try {
            Condition condition = spool.condition();
            Runtime runtime = Runtime.getRuntime();
            double heap = (double) (runtime.totalMemory() - runtime.freeMemory()) / runtime.maxMemory();
            int allowed = settings.connections().connectionsMax();
            Load load = new Load((double) smtp.connections() / allowed, heap, condition.commitP99(), condition.fill());
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

    /** What a reload cannot change while the server runs, as sentences; empty where the new one can be taken over whole. */
    List<String> take(Configuration configuration) {
        List<String> remarks = new ArrayList<>();
        Configuration old = settings.configuration();
        if (!old.dataDir().equals(configuration.dataDir()) || !old.spool().equals(configuration.spool())) {
            remarks.add("data-dir and [spool] take effect at the next start");
        }
        if (!old.http().equals(configuration.http())) {
            remarks.add("[http] takes effect at the next start");
        }
        if (!addressesOf(old).equals(addressesOf(configuration))) {
            remarks.add("listeners that are added, removed or moved take effect at the next start");
        }
        if (!old.dns().equals(configuration.dns())) {
            remarks.add("[dns] takes effect at the next start");
        }
        settings = new PackageSettings(configuration);
        smtp.replace(settings.connections());
        for (Listening listening : listeners) {
            Configuration.Listener now =
                    listenerAt(listening.index(), old.listeners().get(listening.index()));
            listening.listener().replace(settings.sessions(now));
            listening.reception().set(settings.reception(now));
        }
        deliverer.configure(settings.routes(), settings.delivery(addresses()));
        engineThread.post(() -> engine.settings(settings.queue()));
        mailLog.reopen();
        return remarks;
    }

    private static List<InetSocketAddress> addressesOf(Configuration configuration) {
        return configuration.listeners().stream()
                .map(Configuration.Listener::address)
                .toList();
    }

    /**
     * Ends in order: no new mail, what is being received is finished, what is being delivered is finished, all within the
     * configured time; what is not done then is in the spool and goes on at the next start.
     */
    public void drain() {
        if (phase == Health.Phase.DRAINING) {
            return;
        }
        phase = Health.Phase.DRAINING;
        Duration grace = settings.configuration().timeouts().drain();
        long end = System.nanoTime() + grace.toNanos();
        LOG.info("draining, for at most {}", grace);
        smtp.stop(grace);
        CountDownLatch drained = new CountDownLatch(1);
        engineThread.post(() -> engine.drain(drained::countDown));
        try {
            if (!drained.await(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS)) {
                LOG.warn("not all attempts ended in time; their recipients are tried again after the next start");
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        closeAll();
        LOG.info("stopped");
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
