package org.postrider.domain;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.postrider.dns.Resolver;
import org.postrider.domain.SigningKey.Phase;
import org.postrider.mail.Domain;
import org.postrider.mailauth.dkim.DkimKeyPair;
import org.postrider.mailauth.dkim.SigningAlgorithm;
import org.postrider.state.Migration;
import org.postrider.state.StateDatabase;
import org.postrider.state.StateException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The domains as an operator manages them, and their keys as they come and go.
 *
 * <p>The first keys of a domain sign as soon as their records are seen. Later ones wait longer, for {@link
 * DomainSettings#rotationWait}: meanwhile the old ones sign, and nobody who has asked too early still remembers that there
 * is no record. Each algorithm goes its own way: an RSA key takes over from an RSA key.
 *
 * <p>Thread: any; blocks.
 */
public final class DomainRegister {
    /** What the database needs to know before it is opened. */
    public static final List<Migration> MIGRATIONS = DomainTable.MIGRATIONS;

    /** How often {@link #keep} is to be called. */
    public static final Duration LOOKED_EVERY = Duration.ofMinutes(2);

    /** Domains in the database. */
    public static final int DOMAINS_MAX = 10_000;

    /** Octets of a domain's name, so that the names of its keys and reports fit into the DNS. */
    static final int NAME_OCTETS_MAX = 200;

    /** Look-ups of one call of {@link #keep}; keys that have waited longest come first. */
    static final int LOOKUPS_MAX = 100;

    private static final Logger LOG = LoggerFactory.getLogger(DomainRegister.class);
    private static final DateTimeFormatter MONTH =
            DateTimeFormatter.ofPattern("yyyyMM").withZone(ZoneOffset.UTC);
    private static final Comparator<SigningKey> BY_NAME =
            Comparator.comparing((SigningKey key) -> key.domain().ascii()).thenComparing(SigningKey::selector);

    private final DomainTable table;
    private final Resolver resolver;
    private final InstantSource clock;
    private final Supplier<DomainSettings> settings;
    private final Function<SigningAlgorithm, DkimKeyPair> keyMaker;
    private final Consumer<List<SigningKey>> desk;
    private final Map<Domain, Instant> looked = new HashMap<>();

    /** What came of a change. */
    public enum Change {
        DONE,
        NO_SUCH_DOMAIN,
        ALREADY_THERE,
        /** One label only, or more than {@value DomainRegister#NAME_OCTETS_MAX} octets. */
        BAD_NAME,
        /** Keys of it wait to be seen already. */
        ROTATING,
        /** There are {@value DomainRegister#DOMAINS_MAX} domains. */
        TOO_MANY
    }

    /**
     * A domain with all its keys.
     *
     * @param keys the oldest first
     */
    public record Listed(Domain domain, List<SigningKey> keys) {
        public Listed {
            keys = List.copyOf(keys);
        }
    }

    /**
     * @param resolver one that keeps no answers: what was published a moment ago is to be seen
     * @param keyMaker makes a new key, as {@link DkimKeyPair#generate} does
     * @param desk is told all keys that sign, whenever they have changed
     */
    public DomainRegister(
            StateDatabase state,
            Resolver resolver,
            InstantSource clock,
            Supplier<DomainSettings> settings,
            Function<SigningAlgorithm, DkimKeyPair> keyMaker,
            Consumer<List<SigningKey>> desk) {
        this.table = new DomainTable(state);
        this.resolver = resolver;
        this.clock = clock;
        this.settings = settings;
        this.keyMaker = keyMaker;
        this.desk = desk;
    }

    /** Tells the desk its keys, which is due before anything is to be signed. */
    public synchronized void start() throws StateException {
        tellDesk();
    }

    public List<Listed> list() throws StateException {
        Map<Domain, List<SigningKey>> keys = table.keys().stream().collect(Collectors.groupingBy(SigningKey::domain));
        return table.domains().stream()
                .map(domain -> new Listed(domain, keys.getOrDefault(domain, List.of())))
                .toList();
    }

    public Optional<Listed> find(Domain domain) throws StateException {
        return table.has(domain) ? Optional.of(new Listed(domain, table.keys(domain))) : Optional.empty();
    }

    /** The records that a domain should have. */
    public List<ZoneRecord> records(Listed listed) {
        return ZoneRecords.of(listed, settings.get());
    }

    /** What {@link DomainSettings} say now. */
    public DomainSettings settings() {
        return settings.get();
    }

    /**
     * Takes a domain in, with new keys.
     *
     * @param now whether they sign at once, seen or not
     */
    public synchronized Change add(Domain domain, boolean now) throws StateException {
        if (domain.ascii().indexOf('.') < 0 || domain.ascii().length() > NAME_OCTETS_MAX) {
            return Change.BAD_NAME;
        }
        if (table.domains().size() >= DOMAINS_MAX) {
            return Change.TOO_MANY;
        }
        if (!table.add(domain, newKeys(domain), clock.instant())) {
            return Change.ALREADY_THERE;
        }
        LOG.info("domain {} was added", domain);
        activateIf(now, domain);
        return Change.DONE;
    }

    /**
     * Begins with the next keys of a domain.
     *
     * @param now whether they, or those that wait already, sign at once, seen or not
     */
    public synchronized Change rotate(Domain domain, boolean now) throws StateException {
        boolean waiting = table.keys(domain).stream().anyMatch(key -> key.phase() == Phase.PUBLISHED);
        if (waiting && !now) {
            return Change.ROTATING;
        }
        if (!waiting && !table.addKeys(domain, newKeys(domain))) {
            return Change.NO_SUCH_DOMAIN;
        }
        activateIf(now, domain);
        return Change.DONE;
    }

    /** Forgets a domain and its keys: nothing is signed for it any more. */
    public synchronized Change remove(Domain domain) throws StateException {
        if (!table.remove(domain)) {
            return Change.NO_SUCH_DOMAIN;
        }
        LOG.info("domain {} was removed", domain);
        tellDesk();
        return Change.DONE;
    }

    /** Looks at the DNS for a domain now, and does what is due. */
    public Change look(Domain domain) throws StateException {
        if (!table.has(domain)) {
            return Change.NO_SUCH_DOMAIN;
        }
        look(table.keys(domain).stream().filter(this::isDue).toList());
        return Change.DONE;
    }

    /** Looks at the DNS for the keys that wait for something there, not for too many at once. */
    public void keep() {
        try {
            look(longestUnseen(table.keysNotActive().stream()
                    .filter(this::isDue)
                    .sorted(BY_NAME)
                    .toList()));
        } catch (IOException | RuntimeException e) {
            LOG.error("the signing keys could not be looked after", e);
        }
    }

    private synchronized List<SigningKey> longestUnseen(List<SigningKey> due) {
        looked.keySet().retainAll(due.stream().map(DomainRegister::place).collect(Collectors.toSet()));
        List<SigningKey> first = due.stream()
                .sorted(Comparator.comparing(key -> looked.getOrDefault(place(key), Instant.MIN)))
                .limit(LOOKUPS_MAX)
                .toList();
        first.forEach(key -> looked.put(place(key), clock.instant()));
        return first;
    }

    private static Domain place(SigningKey key) {
        return keyName(key.selector(), key.domain());
    }

    /** Whether the DNS has a say in what becomes of it. */
    private boolean isDue(SigningKey key) {
        return switch (key.phase()) {
            case PUBLISHED -> true;
            case ACTIVE -> false;
            case WITHDRAWN ->
                key.removable().filter(at -> !clock.instant().isBefore(at)).isPresent();
        };
    }

    /** Asks without the lock, since that takes a while, and then goes by what the table says now. */
    private void look(List<SigningKey> keys) throws StateException {
        boolean changed = false;
        try {
            for (SigningKey key : keys) {
                changed |= apply(key.domain(), key.selector(), KeySighting.of(resolver, key.dkimRecord()));
            }
        } finally {
            if (changed) {
                start();
            }
        }
    }

    /** Whether other keys sign from now on. */
    private synchronized boolean apply(Domain domain, String selector, KeySighting sighting) throws StateException {
        Optional<SigningKey> found = table.keys(domain).stream()
                .filter(key -> key.selector().equals(selector))
                .findFirst();
        if (found.isEmpty()) {
            return false;
        }
        SigningKey key = found.get();
        return switch (key.phase()) {
            case PUBLISHED -> waiting(key, sighting);
            case ACTIVE -> false;
            case WITHDRAWN -> {
                if (isDue(key) && sighting instanceof KeySighting.Absent) {
                    table.forget(key);
                }
                yield false;
            }
        };
    }

    private boolean waiting(SigningKey key, KeySighting sighting) throws StateException {
        switch (sighting) {
            case KeySighting.Ours _ -> {
                SigningKey seen = key.seen(key.seen().or(() -> Optional.of(clock.instant())));
                if (isReady(seen)) {
                    activate(List.of(seen));
                    return true;
                }
                if (key.seen().isEmpty()) {
                    LOG.info("{}: the record of key {} is seen", key.domain(), key.selector());
                    table.save(List.of(seen));
                }
            }
            case KeySighting.Absent _, KeySighting.Other _ -> {
                if (key.seen().isPresent()) {
                    LOG.warn("{}: the record of key {} is gone again", key.domain(), key.selector());
                    table.save(List.of(key.seen(Optional.empty())));
                }
            }
            case KeySighting.Unknown(String detail) ->
                LOG.debug("{}: key {} cannot be looked for: {}", key.domain(), key.selector(), detail);
        }
        return false;
    }

    private boolean isReady(SigningKey seen) throws StateException {
        boolean first = table.keys(seen.domain()).stream()
                .noneMatch(other -> other.phase() == Phase.ACTIVE && seen.replaces(other));
        return first
                || seen.seen()
                        .map(at -> at.plus(settings.get().rotationWait()))
                        .filter(at -> !clock.instant().isBefore(at))
                        .isPresent();
    }

    private void activateIf(boolean now, Domain domain) throws StateException {
        if (now) {
            activate(table.keys(domain).stream()
                    .filter(key -> key.phase() == Phase.PUBLISHED)
                    .toList());
            tellDesk();
        }
    }

    /** These sign from now on, and those whose place they take do not. */
    private void activate(List<SigningKey> keys) throws StateException {
        Instant now = clock.instant();
        List<SigningKey> changed = new ArrayList<>();
        for (SigningKey key : keys) {
            changed.add(key.activated(now));
            table.keys(key.domain()).stream()
                    .filter(other -> other.phase() == Phase.ACTIVE && key.replaces(other))
                    .forEach(other -> changed.add(other.withdrawn(now)));
        }
        table.save(changed);
        changed.forEach(key -> LOG.info(
                "{}: key {} is {}", key.domain(), key.selector(), key.phase().word()));
    }

    private void tellDesk() throws StateException {
        desk.accept(
                table.keys().stream().filter(key -> key.phase() == Phase.ACTIVE).toList());
    }

    /** One of each algorithm: not everybody can verify Ed25519, and signatures of both kinds may stand beside each other (RFC 8463 §6). */
    private List<SigningKey> newKeys(Domain domain) throws StateException {
        Set<String> used = table.selectors(domain);
        Instant now = clock.instant();
        List<SigningKey> keys = new ArrayList<>();
        for (SigningAlgorithm algorithm : SigningAlgorithm.values()) {
            keys.add(SigningKey.made(domain, selector(domain, algorithm, now, used), keyMaker.apply(algorithm), now));
        }
        return keys;
    }

    /** {@code pr202611r}, and where that was there before, {@code pr202611r2} and so on. */
    private String selector(Domain domain, SigningAlgorithm algorithm, Instant now, Set<String> used) {
        String base = "pr" + MONTH.format(now)
                + switch (algorithm) {
                    case RSA_SHA256 -> "r";
                    case ED25519_SHA256 -> "e";
                };
        Set<Domain> taken = settings.get().taken();
        String selector = base;
        for (int i = 2; used.contains(selector) || taken.contains(keyName(selector, domain)); i++) {
            selector = base + i;
        }
        return selector;
    }

    private static Domain keyName(String selector, Domain domain) {
        return new Domain(selector + "._domainkey." + domain.ascii());
    }
}
