package org.postrider.tlspolicy;

import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.postrider.mail.Domain;

/**
 * Sums sessions up by day (UTC, RFC 8460 §4.1), domain and policy, until somebody takes the sums to where they last.
 *
 * <p>Bounded in domains, policies of a domain and kinds of failures. Sessions under further policies are summed up for each
 * type of policy, further failures in the sum alone; only further domains are {@link #lost}.
 *
 * <p>Thread: any; the lock is held for map operations only.
 */
public final class TlsCounts implements TlsLedger {
    static final int DOMAINS_MAX = 20_000;
    static final int POLICIES_MAX = 20;

    private final InstantSource clock;
    private final ReentrantLock lock = new ReentrantLock();
    private Map<Key, Map<AppliedPolicy, Counter>> counts = new LinkedHashMap<>();
    private long lost;

    private record Key(LocalDate day, Domain domain) {}

    private static final class Counter {
        private long successful;
        private long failed;
        private final Map<Flaw, Long> flaws = new LinkedHashMap<>();
    }

    /** What was counted for one domain on one day since it was last taken. */
    public record Tally(LocalDate day, Domain domain, List<TlsReport.Result> results) {
        public Tally {
            results = List.copyOf(results);
        }
    }

    public TlsCounts(InstantSource clock) {
        this.clock = clock;
    }

    @Override
    public void count(Session session) {
        Key key = new Key(LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC), session.domain());
        lock.lock();
        try {
            Map<AppliedPolicy, Counter> ofDomain = counts.get(key);
            if (ofDomain == null && counts.size() < DOMAINS_MAX) {
                ofDomain = new LinkedHashMap<>();
                counts.put(key, ofDomain);
            }
            if (ofDomain == null) {
                lost++;
                return;
            }
            AppliedPolicy policy = session.policy();
            boolean told = ofDomain.containsKey(policy) || ofDomain.size() < POLICIES_MAX;
            count(ofDomain.computeIfAbsent(told ? policy : policy.unnamed(), _ -> new Counter()), session);
        } finally {
            lock.unlock();
        }
    }

    private static void count(Counter counter, Session session) {
        Flaw flaw = session.flaw();
        if (flaw == null) {
            counter.successful++;
            return;
        }
        counter.failed++;
        if (counter.flaws.containsKey(flaw) || counter.flaws.size() < TlsReport.FAILURES_MAX) {
            counter.flaws.merge(flaw, 1L, Long::sum);
        }
    }

    /** Gives what was counted since the last time, and begins anew. */
    public List<Tally> take() {
        Map<Key, Map<AppliedPolicy, Counter>> taken;
        lock.lock();
        try {
            taken = counts;
            counts = new LinkedHashMap<>();
        } finally {
            lock.unlock();
        }
        List<Tally> tallies = new ArrayList<>(taken.size());
        taken.forEach((key, ofDomain) -> {
            List<TlsReport.Result> results = new ArrayList<>(ofDomain.size());
            ofDomain.forEach((policy, counter) -> results.add(result(key.domain, policy, counter)));
            tallies.add(new Tally(key.day, key.domain, results));
        });
        return tallies;
    }

    private static TlsReport.Result result(Domain domain, AppliedPolicy policy, Counter counter) {
        List<TlsReport.Failure> failures = new ArrayList<>(counter.flaws.size());
        counter.flaws.forEach((flaw, sessions) -> failures.add(new TlsReport.Failure(flaw, sessions)));
        return new TlsReport.Result(policy, domain.ascii(), counter.successful, counter.failed, failures);
    }

    /** Sessions that there was no room to count, since the start. */
    public long lost() {
        lock.lock();
        try {
            return lost;
        } finally {
            lock.unlock();
        }
    }
}
