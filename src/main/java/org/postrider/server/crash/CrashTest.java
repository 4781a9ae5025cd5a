package org.postrider.server.crash;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Kills a real server under load, round after round, on the same data directory, and accounts for every recipient.
 *
 * <p>Each round starts the server, puts load on it from several clients, and kills it with SIGKILL: at a random moment, or
 * aimed (see {@link KillSwitch.Moment}). Some rounds make syncs slow, make them fail, or fill the disk. The sink that
 * the mail goes to defers some, refuses some recipients and hangs up on some. After the last round the server is started
 * once more without faults and must bring everything to its end: see {@link Balance} for what is counted.
 *
 * <p>Thread: confined to its caller, who waits for {@link #run}.
 */
public final class CrashTest {
    private static final Duration READY_LIMIT = Duration.ofSeconds(30);
    private static final Duration ROUND_LIMIT = Duration.ofMillis(1_200);
    private static final Duration DRAIN_PATIENCE = Duration.ofSeconds(30);
    private static final Duration EXIT_LIMIT = Duration.ofSeconds(30);
    private static final int QUIET_MILLIS = 2_500;
    /** Recipients that may be open before the clients pause: the books must come to an end. */
    private static final int OPEN_MAX = 4_000;

    private static final int REPORT_EVERY = 10;

    /**
     * What to run.
     *
     * @param dataDir on the disk to be tried; the test makes a directory of its own in it
     * @param rounds number of kills
     * @param clients sessions that send at once
     * @param messagesPerRound after which the clients of a round stop
     * @param seed makes the same messages and the same aims again; timing is the machine's
     * @param keep whether to leave the directory behind even where all went well
     */
    public record Settings(Path dataDir, int rounds, int clients, int messagesPerRound, long seed, boolean keep) {
        public Settings {
            if (rounds < 1 || clients < 1 || messagesPerRound < 1) {
                throw new IllegalArgumentException("rounds, clients and messages must be at least 1");
            }
        }

        public static Settings of(Path dataDir, int rounds) {
            return new Settings(dataDir, rounds, 8, 300, System.nanoTime(), false);
        }
    }

    private final Settings settings;
    private final PrintStream progress;
    private final SplittableRandom random;
    private final Ledger ledger = new Ledger();
    private final AtomicLong serial = new AtomicLong();
    private final Map<String, Integer> aims = new TreeMap<>();
    private final Map<String, Integer> hits = new TreeMap<>();
    private final Map<String, Integer> faults = new TreeMap<>();
    private long startNanosMax;

    public CrashTest(Settings settings, PrintStream progress) {
        this.settings = settings;
        this.progress = progress;
        this.random = new SplittableRandom(settings.seed());
    }

    /**
     * Runs it all.
     *
     * @throws IOException where the test itself cannot go on: the server does not start, or does not stop
     */
    public CrashReport run() throws IOException, InterruptedException {
        long begin = System.nanoTime();
        Correspondent correspondent = new Correspondent(ledger, random.split(), nobody());
        try (SinkServer sink = SinkServer.start(0, correspondent)) {
            CrashSite site = CrashSite.make(settings.dataDir(), sink.address());
            say("crashtest: " + settings.rounds() + " rounds in " + site.directory() + ", seed " + settings.seed());
            for (int round = 1; round <= settings.rounds(); round++) {
                round(site, correspondent);
                if (round % REPORT_EVERY == 0 || round == settings.rounds()) {
                    say("round " + round + "/" + settings.rounds() + ": " + serial.get() + " messages, " + ledger.open()
                            + " recipients open");
                }
            }
            correspondent.watchFor(nobody());
            correspondent.beKind();
            boolean stopped = finish(site);
            Balance balance = ledger.close(Remains.ids(site.data(), CrashSite.SEGMENT_OCTETS));
            if (balance.kept() && stopped && !settings.keep()) {
                site.remove();
            } else {
                say("kept: " + site.directory());
            }
            Duration took = Duration.ofNanos(System.nanoTime() - begin);
            return new CrashReport(
                    balance,
                    stopped,
                    settings.rounds(),
                    settings.seed(),
                    took,
                    TimeUnit.NANOSECONDS.toMillis(startNanosMax),
                    aims,
                    hits,
                    faults,
                    Machine.of(settings.dataDir()));
        }
    }

    private static KillSwitch nobody() {
        return new KillSwitch(KillSwitch.Moment.ANY, Integer.MAX_VALUE, 0, () -> {});
    }

    private void round(CrashSite site, Correspondent correspondent) throws IOException, InterruptedException {
        Fault fault = pickFault();
        faults.merge(fault.name(), 1, Integer::sum);
        long begin = System.nanoTime();
        try (ServerProcess server = site.start(fault, fault.javaOptions(random))) {
            KillSwitch killSwitch = aim(() -> {
                long now = System.nanoTime();
                ledger.killedSince(now, fault.delaysNotes() ? begin : now);
                server.kill();
            });
            correspondent.watchFor(killSwitch);
            AtomicBoolean over = new AtomicBoolean();
            try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
                try {
                    threads.execute(() -> watchFiles(site, killSwitch, over));
                    threads.execute(() -> killSwitch.seen(KillSwitch.Moment.START));
                    boolean greeted = greeted(server, fault, killSwitch, site);
                    if (greeted) {
                        startNanosMax = Math.max(startNanosMax, System.nanoTime() - begin);
                        threads.execute(() -> killSwitch.seen(KillSwitch.Moment.ANY));
                        load(threads, site, killSwitch, over);
                    }
                    if (killSwitch.await(greeted ? ROUND_LIMIT.toNanos() : 0)) {
                        hits.merge(killSwitch.aim().name(), 1, Integer::sum);
                    }
                } finally {
                    over.set(true);
                }
            }
        }
    }

    /** Whether the server greeted before it was killed; it may end by itself only where its disk was made to fail. */
    private static boolean greeted(ServerProcess server, Fault fault, KillSwitch killSwitch, CrashSite site)
            throws IOException, InterruptedException {
        if (server.awaitGreeting(READY_LIMIT)) {
            return true;
        }
        boolean refusedToStart = fault.delaysNotes() && !server.alive();
        if (!killSwitch.fired() && !refusedToStart) {
            throw new IOException("the server did not start; see " + site.log());
        }
        return false;
    }

    private Fault pickFault() {
        int dice = random.nextInt(10);
        return switch (dice) {
            case 0 -> Fault.FAILED_SYNC;
            case 1 -> Fault.DISK_FULL;
            case 2 -> Fault.FAILED_WRITE;
            case 3 -> Fault.SLOW_SYNC;
            default -> Fault.NONE;
        };
    }

    private KillSwitch aim(Runnable kill) {
        KillSwitch.Moment[] moments = KillSwitch.Moment.values();
        KillSwitch.Moment moment = moments[random.nextInt(moments.length)];
        aims.merge(moment.name(), 1, Integer::sum);
        long micros = TimeUnit.MICROSECONDS.toNanos(1);
        return switch (moment) {
            case ANY -> new KillSwitch(moment, 1, random.nextLong(900_000) * micros, kill);
            case START -> new KillSwitch(moment, 1, random.nextLong(900_000) * micros, kill);
            case DOT_SENT -> new KillSwitch(moment, 1 + random.nextInt(100), random.nextLong(3_000) * micros, kill);
            case REPLY_READ -> new KillSwitch(moment, 1 + random.nextInt(100), 0, kill);
            case SINK_HAS_IT -> new KillSwitch(moment, 1 + random.nextInt(100), 0, kill);
            case SINK_ANSWERED ->
                new KillSwitch(moment, 1 + random.nextInt(100), random.nextLong(1_000) * micros, kill);
            case FILE_CHANGED -> new KillSwitch(moment, 1 + random.nextInt(6), random.nextLong(500) * micros, kill);
        };
    }

    private void load(ExecutorService threads, CrashSite site, KillSwitch killSwitch, AtomicBoolean over) {
        AtomicLong left = new AtomicLong(settings.messagesPerRound());
        for (int i = 0; i < settings.clients(); i++) {
            SplittableRandom own = random.split();
            threads.execute(() -> client(site, killSwitch, own, left, over));
        }
    }

    private void client(
            CrashSite site, KillSwitch killSwitch, SplittableRandom own, AtomicLong left, AtomicBoolean over) {
        try (LoadClient client = new LoadClient(site.smtp())) {
            while (!over.get() && left.getAndDecrement() > 0 && ledger.open() < OPEN_MAX) {
                String id = "m" + serial.incrementAndGet();
                client.send(LoadMessage.random(id, own), ledger, killSwitch);
            }
        } catch (IOException killed) {
            // The end of every session here; what it left open is in the ledger.
        }
    }

    private static void watchFiles(CrashSite site, KillSwitch killSwitch, AtomicBoolean over) {
        long before = site.files();
        while (!over.get() && !killSwitch.fired()) {
            long now = site.files();
            if (now != before) {
                killSwitch.seen(KillSwitch.Moment.FILE_CHANGED);
            }
            before = now;
            LockSupport.parkNanos(2_000_000);
        }
    }

    /** The last start: everything must come to its end, and the server stop when it is told to. */
    private boolean finish(CrashSite site) throws IOException, InterruptedException {
        try (ServerProcess server = site.start(Fault.NONE, List.of())) {
            if (!server.awaitReady(READY_LIMIT)) {
                throw new IOException("no greeting after the last round; see " + site.log());
            }
            if (!ledger.awaitOpen(0, DRAIN_PATIENCE)) {
                say(ledger.open() + " recipients did not come to an end; none in the last " + DRAIN_PATIENCE);
            }
            ledger.awaitQuiet(Duration.ofMillis(QUIET_MILLIS));
            int code = server.terminate(EXIT_LIMIT);
            if (code != 0) {
                say("SIGTERM ended the server with " + code);
            }
            return code == 0;
        }
    }

    private void say(String text) {
        progress.println(text);
    }
}
