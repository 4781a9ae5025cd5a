package org.postrider.certificate;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.postrider.tls.Identities;
import org.postrider.tls.PemIdentity;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the server's certificates: looks at their files, has those of ACME renewed, and warns before one ends.
 *
 * <p>Thread: any.
 */
public final class CertificateKeeper implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(CertificateKeeper.class);
    private static final Duration LOOKED_EVERY = Duration.ofSeconds(10);
    private static final Duration WARNED_EVERY = Duration.ofDays(1);
    /** With less left than this, and less than a quarter of its life, somebody is told. */
    private static final Duration LEFT_MIN = Duration.ofDays(14);

    private static final int LIFE_PARTS = 4;
    private static final String ACME = "ACME";

    private final InstantSource time;
    private final Identities identities;
    private final HttpChallenges http = new HttpChallenges();
    private final AcmeKeeper acme;
    private final ScheduledThreadPoolExecutor threads;
    private final Map<List<String>, Instant> warned = new ConcurrentHashMap<>();
    private List<WatchedPair> pairs = List.of();
    private List<PemIdentity> made = List.of();
    private volatile List<Kept> kept = List.of();

    /**
     * Where certificates come from; the first of all is shown to clients that ask for no name.
     *
     * @param pairs files and the like
     * @param made certificates that are there already
     */
    public record Settings(List<PemPair> pairs, Optional<AcmeSettings> acme, List<PemIdentity> made) {
        public static final Settings NONE = new Settings(List.of(), Optional.empty(), List.of());

        public Settings {
            pairs = List.copyOf(pairs);
            made = List.copyOf(made);
        }
    }

    /**
     * A certificate that is shown.
     *
     * @param source for people: a file, {@code ACME}, or {@code self-signed}
     */
    public record Kept(PemIdentity identity, String source) {
        public Instant until() {
            return identity.certificate().getNotAfter().toInstant();
        }
    }

    /**
     * What a keeper with these settings would show now, without one: nothing is asked for, or changed.
     *
     * @param directory what ACME keeps is below it
     * @throws IOException where one of them cannot be read
     */
    public static List<PemIdentity> shownBy(Settings settings, Path directory) throws IOException {
        List<PemIdentity> shown = new ArrayList<>();
        for (PemPair pair : settings.pairs()) {
            switch (pair.read()) {
                case PemPair.Result.Good(var identity, var _) -> shown.add(identity);
                case PemPair.Result.Bad(var reason) -> throw new IOException(reason);
            }
        }
        if (settings.acme().isPresent()) {
            AcmeKeeper.kept(settings.acme().get(), directory).ifPresent(shown::add);
        }
        shown.addAll(settings.made());
        return List.copyOf(shown);
    }

    /**
     * @param directory what ACME keeps is below it
     * @param identities empty yet
     */
    public CertificateKeeper(InstantSource time, RandomGenerator random, Path directory, Identities identities) {
        this.time = time;
        this.identities = identities;
        this.acme = new AcmeKeeper(time, random, new AcmeClient(identities, http), directory);
        this.threads = new ScheduledThreadPoolExecutor(
                2, Thread.ofPlatform().daemon().name("certificates-", 0).factory());
    }

    /** What listeners show. */
    public Identities identities() {
        return identities;
    }

    /**
     * Goes by these settings from now on, and reads what they name.
     *
     * @throws IOException where the address for challenges cannot be had; nothing has changed then
     */
    public synchronized void take(Settings settings) throws IOException {
        http.listen(settings.acme().map(AcmeSettings::httpAddress).orElse(null));
        acme.take(settings.acme());
        List<WatchedPair> next = new ArrayList<>();
        for (PemPair pair : settings.pairs()) {
            next.add(pairs.stream()
                    .filter(known -> known.pair().equals(pair))
                    .findFirst()
                    .orElseGet(() -> new WatchedPair(pair)));
        }
        pairs = List.copyOf(next);
        made = settings.made();
        pairs.forEach(WatchedPair::look);
        show();
    }

    /** Begins to look again and again. */
    public void start() {
        long every = LOOKED_EVERY.toMillis();
        var _ = threads.scheduleWithFixedDelay(this::look, every, every, TimeUnit.MILLISECONDS);
        var _ = threads.scheduleWithFixedDelay(this::stepAcme, 0, every, TimeUnit.MILLISECONDS);
    }

    /** Looks at the files once. */
    synchronized void look() {
        try {
            boolean changed = false;
            for (WatchedPair pair : pairs) {
                changed |= pair.look();
            }
            if (changed) {
                show();
            }
            warn();
        } catch (RuntimeException e) {
            LOG.error("the certificates could not be looked at", e);
        }
    }

    /** Has the authority asked if it is time to. */
    void stepAcme() {
        try {
            if (acme.step()) {
                show();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            LOG.error("ACME failed", e);
        }
    }

    private synchronized void show() {
        List<Kept> all = new ArrayList<>();
        for (WatchedPair pair : pairs) {
            pair.identity()
                    .ifPresent(identity ->
                            all.add(new Kept(identity, pair.pair().certificate().origin())));
        }
        acme.identity().ifPresent(identity -> all.add(new Kept(identity, ACME)));
        made.forEach(identity -> all.add(new Kept(identity, "self-signed")));
        List<PemIdentity> shown = all.stream().map(Kept::identity).toList();
        if (!shown.equals(identities.all())) {
            identities.replace(shown);
        }
        kept = List.copyOf(all);
    }

    private void warn() {
        Instant now = time.instant();
        for (Kept each : kept) {
            Instant from = each.identity().certificate().getNotBefore().toInstant();
            Duration left = Duration.between(now, each.until());
            boolean late = left.compareTo(LEFT_MIN) < 0
                    && left.compareTo(Duration.between(from, each.until()).dividedBy(LIFE_PARTS)) < 0;
            List<String> key = List.of(each.source(), each.until().toString());
            Instant last = warned.getOrDefault(key, Instant.EPOCH);
            if (late && !now.isBefore(last.plus(WARNED_EVERY))) {
                warned.keySet().removeIf(old -> old.getFirst().equals(each.source()));
                warned.put(key, now);
                LOG.warn(
                        "the certificate of {} ({}) {}",
                        each.source(),
                        each.identity().names().all(),
                        left.isNegative() ? "ended at " + each.until() : "ends in " + left.toHours() + " hours");
            }
        }
    }

    /** The certificates that are shown, the one for unknown names first. */
    public List<Kept> kept() {
        return kept;
    }

    /** When the server sees to a certificate's successor itself; empty where somebody else does. */
    public Optional<Instant> renewal(Kept of) {
        return of.source().equals(ACME) ? acme.next() : Optional.empty();
    }

    /** The days until the first of them ends, a part of a day with it; NaN where there is none. */
    public double daysLeft() {
        Instant now = time.instant();
        return kept.stream()
                .mapToDouble(each -> Duration.between(now, each.until()).toSeconds() / 86_400.0)
                .min()
                .orElse(Double.NaN);
    }

    @Override
    public void close() {
        threads.shutdownNow();
        http.close();
    }
}
