package org.postrider.tlspolicy;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.postrider.dns.Answer;
import org.postrider.dns.Resolver;
import org.postrider.mail.Domain;
import org.postrider.tlspolicy.PolicyFetch.Cause;
import org.postrider.tlspolicy.PolicyFetch.Fetched;
import org.postrider.tlspolicy.StsStore.Kept;

/**
 * The MTA-STS policies of domains that mail goes to (RFC 8461 §3.3, §5.1).
 *
 * <p>A policy that was fetched counts until its time is over, whatever happens to the record or the policy host since: who
 * can take these away could otherwise take away the policy. A new id in the record, or a day, has it fetched anew; a fetch
 * that failed is not repeated for five minutes. A policy is asked for once, however many wait for it. While no mail goes to a
 * domain, {@link #refresh} keeps its policy alive for some time (§3.3): whoever keeps us from the policy host has to do so
 * until the policy is over.
 *
 * <p>Thread: any; blocks on the DNS, the policy host and the store. The lock is held for map operations only.
 */
public final class StsCache {
    /** Domains whose policies, or whose lack of one that works, are in memory. */
    static final int ENTRIES_MAX = 20_000;
    /** RFC 8461 §3.3 suggests a wait of five minutes or more after a fetch that failed. */
    static final Duration RETRY_AFTER = Duration.ofMinutes(5);
    /** RFC 8461 §3.3: long before it expires, so that one who blocks the fetch has long to do so. */
    static final Duration REFRESH_AFTER = Duration.ofDays(1);
    /** How long a policy is kept alive after the last mail that went by it. */
    static final Duration USED_WITHIN = Duration.ofDays(30);
    /** Policies that one {@link #refresh} asks for. */
    static final int REFRESHED_MAX = 500;
    /** RFC 8461 §3.3: somebody is told of failures long before the policy is over. */
    private static final Duration TOLD_AFTER = Duration.ofDays(2);

    private final Resolver resolver;
    private final PolicyFetch fetch;
    private final StsStore store;
    private final InstantSource clock;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<Domain, Memory> memory;
    private final Map<Domain, CompletableFuture<Result>> underWay = new ConcurrentHashMap<>();

    /** @param trouble what the last fetch came to, where it failed, and when */
    private record Memory(@Nullable Kept kept, @Nullable Trouble trouble) {}

    private record Trouble(Result.Failed failed, String id, Instant at) {}

    /** What holds for a domain. */
    public sealed interface Result {
        /**
         * @param stale why the policy could not be asked for again, where it could not
         */
        record Found(StsPolicy policy, Optional<Failed> stale) implements Result {}

        /** The domain has no policy. */
        record None() implements Result {}

        /**
         * The domain says that it has one, and it cannot be had: as good as none, but to be reported.
         *
         * @param detail for people
         */
        record Failed(Fault fault, String detail) implements Result {}
    }

    /** What was wrong, as RFC 8460 §4.3.2.2 tells apart. */
    public enum Fault {
        FETCH,
        CERTIFICATE,
        /** The policy, or the record, cannot be read. */
        INVALID
    }

    /**
     * A policy that could not be asked for again for some time.
     *
     * @param expires until when it is kept to
     */
    public record Overdue(Domain domain, Result.Failed failed, Instant expires) {}

    public StsCache(Resolver resolver, PolicyFetch fetch, StsStore store, InstantSource clock) {
        this.resolver = resolver;
        this.fetch = fetch;
        this.store = store;
        this.clock = clock;
        this.memory = new LinkedHashMap<>(16, 0.75f, true) {
            @Override
            protected boolean removeEldestEntry(Map.Entry<Domain, Memory> eldest) {
                return size() > ENTRIES_MAX;
            }
        };
    }

    /** The policy that mail to the domain has to keep now. */
    public Result find(Domain domain) {
        return once(domain, this::ask);
    }

    /**
     * Asks anew for policies that were fetched a day ago, or have half of their time behind them, and that mail has gone by
     * within a month; whatever their records say now (RFC 8461 §3.3). To be called a few times a day.
     *
     * @return those that it has been in vain for longer than somebody should not know
     */
    public List<Overdue> refresh() {
        Instant now = clock.instant();
        List<Overdue> overdue = new ArrayList<>();
        for (StsStore.Entry entry : store.old(now, REFRESH_AFTER, now.minus(USED_WITHIN), REFRESHED_MAX)) {
            boolean late = entry.policy().fetched().plus(TOLD_AFTER).isBefore(now);
            if (once(entry.domain(), this::anew) instanceof Result.Found(var _, Optional<Result.Failed> stale)
                    && stale.isPresent()
                    && late) {
                Instant expires =
                        entry.policy().fetched().plus(entry.policy().policy().maxAge());
                overdue.add(new Overdue(entry.domain(), stale.get(), expires));
            }
        }
        return overdue;
    }

    private Result anew(Domain domain) {
        Instant now = clock.instant();
        Memory known = remembered(domain, now);
        Kept kept = known.kept;
        if (kept == null) {
            return new Result.None();
        }
        String id = record(domain) instanceof StsRecord.Valid(String found) ? found : kept.id();
        return fetched(domain, id, known, now, kept.used());
    }

    private Result once(Domain domain, Function<Domain, Result> question) {
        CompletableFuture<Result> mine = new CompletableFuture<>();
        CompletableFuture<Result> others = underWay.putIfAbsent(domain, mine);
        if (others != null) {
            return others.join();
        }
        Result result = new Result.Failed(Fault.FETCH, "the look-up broke off");
        try {
            result = question.apply(domain);
        } finally {
            underWay.remove(domain, mine);
            mine.complete(result);
        }
        return result;
    }

    private Result ask(Domain domain) {
        Instant now = clock.instant();
        Memory known = used(domain, remembered(domain, now), now);
        return switch (record(domain)) {
            case StsRecord.Valid(String id) -> byRecord(domain, id, known, now);
            case StsRecord.Absent _ -> live(known, null).orElseGet(Result.None::new);
            case StsRecord.Invalid(String why) -> {
                Result.Failed failed = new Result.Failed(Fault.INVALID, "the record of " + domain + " " + why);
                yield live(known, failed).orElse(failed);
            }
        };
    }

    /** No answer is as no record: what is remembered counts, and what was never seen cannot. */
    private StsRecord record(Domain domain) {
        Optional<Domain> name = Domain.parse(StsRecord.LABEL + "." + domain.ascii());
        return name.isPresent() && resolver.txt(name.get()) instanceof Answer.Found<String> found
                ? StsRecord.parse(found.records())
                : new StsRecord.Absent();
    }

    private Result byRecord(Domain domain, String id, Memory known, Instant now) {
        Kept kept = known.kept;
        if (kept != null && kept.id().equals(id) && now.isBefore(kept.fetched().plus(REFRESH_AFTER))) {
            return new Result.Found(kept.policy(), Optional.empty());
        }
        Trouble trouble = known.trouble;
        if (trouble != null && trouble.id.equals(id) && now.isBefore(trouble.at.plus(RETRY_AFTER))) {
            return live(known, trouble.failed).orElse(trouble.failed);
        }
        return fetched(domain, id, known, now, now);
    }

    /** Notes that mail goes by a policy, once a day. */
    private Memory used(Domain domain, Memory known, Instant now) {
        Kept kept = known.kept;
        if (kept == null || now.isBefore(kept.used().plus(REFRESH_AFTER))) {
            return known;
        }
        Kept noted = new Kept(kept.id(), kept.policy(), kept.fetched(), now);
        Memory next = new Memory(noted, known.trouble);
        remember(domain, next);
        store.keep(domain, noted);
        return next;
    }

    private Result fetched(Domain domain, String id, Memory known, Instant now, Instant used) {
        Result.Failed failed;
        switch (fetch.fetch(domain)) {
            case Fetched.Body(String text) -> {
                switch (StsPolicy.parse(text.getBytes(StandardCharsets.ISO_8859_1))) {
                    case StsPolicy.Parsed.Valid(StsPolicy policy) -> {
                        Kept kept = new Kept(id, policy, now, used);
                        remember(domain, new Memory(kept, null));
                        store.keep(domain, kept);
                        return new Result.Found(policy, Optional.empty());
                    }
                    case StsPolicy.Parsed.Invalid(String why) ->
                        failed = new Result.Failed(Fault.INVALID, "the policy of " + domain + " " + why);
                }
            }
            case Fetched.Failed(Cause cause, String detail) ->
                failed = new Result.Failed(
                        cause == Cause.CERTIFICATE ? Fault.CERTIFICATE : Fault.FETCH,
                        "the policy host of " + domain + " " + detail);
        }
        remember(domain, new Memory(known.kept, new Trouble(failed, id, now)));
        return live(known, failed).orElse(failed);
    }

    private static Optional<Result> live(Memory known, Result.@Nullable Failed stale) {
        return Optional.ofNullable(known.kept).map(kept -> new Result.Found(kept.policy(), Optional.ofNullable(stale)));
    }

    /** What is known of a domain, without a policy whose time is over. */
    private Memory remembered(Domain domain, Instant now) {
        Memory known;
        lock.lock();
        try {
            known = memory.get(domain);
        } finally {
            lock.unlock();
        }
        if (known == null) {
            known = new Memory(store.find(domain).orElse(null), null);
            remember(domain, known);
        }
        Kept kept = known.kept;
        if (kept != null && !kept.isLive(now)) {
            store.forget(domain);
            known = new Memory(null, known.trouble);
            remember(domain, known);
        }
        return known;
    }

    private void remember(Domain domain, Memory what) {
        lock.lock();
        try {
            memory.put(domain, what);
        } finally {
            lock.unlock();
        }
    }
}
