package org.postrider.mailauth.dkim;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.postrider.dns.Answer;
import org.postrider.dns.Resolver;
import org.postrider.mail.Domain;

/**
 * The keys that the signatures of one message need, each asked for once, all at the same time.
 *
 * <p>Thread: confined; the questions run on the executor that was given.
 */
public final class KeyLookups {
    /** Records of one name that are looked at; there should be one (RFC 6376 §3.6.2.2). */
    static final int RECORDS_MAX = 4;

    private final Resolver resolver;
    private final Executor executor;
    private final Map<Domain, CompletableFuture<KeyAnswer>> asked = new HashMap<>();
    private long waitedNanos;

    /**
     * @param executor may refuse a question, which is then a temporary failure
     */
    public KeyLookups(Resolver resolver, Executor executor) {
        this.resolver = resolver;
        this.executor = executor;
    }

    /** What a name has to say. */
    sealed interface KeyAnswer {}

    /**
     * @param keys those that can be used, in the order of the answer, at least one
     */
    record Keys(List<DkimKey> keys) implements KeyAnswer {
        Keys {
            keys = List.copyOf(keys);
        }
    }

    /**
     * There is none, for good.
     *
     * @param reason for people
     */
    record NoKey(String reason) implements KeyAnswer {}

    /**
     * Nobody knows now.
     *
     * @param reason for people
     */
    record Unavailable(String reason) implements KeyAnswer {}

    /** Asks, unless this has been asked already. */
    void ask(Domain name) {
        asked.computeIfAbsent(name, this::lookUp);
    }

    /**
     * The answer to what has been asked, when it is there.
     *
     * @param budget how long all answers of this message may be waited for, together
     */
    KeyAnswer await(Domain name, Duration budget) {
        long start = System.nanoTime();
        long left = Math.max(budget.toNanos() - waitedNanos, 0);
        try {
            return asked.computeIfAbsent(name, this::lookUp).get(left, TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            return new Unavailable("the key took too long");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Unavailable("interrupted");
        } catch (ExecutionException | CancellationException e) {
            return new Unavailable("the look-up broke: " + e);
        } finally {
            waitedNanos += System.nanoTime() - start;
        }
    }

    private CompletableFuture<KeyAnswer> lookUp(Domain name) {
        try {
            return CompletableFuture.supplyAsync(() -> read(resolver.txt(name)), executor);
        } catch (RejectedExecutionException e) {
            return CompletableFuture.completedFuture(new Unavailable("too many questions at once"));
        }
    }

    static KeyAnswer read(Answer<String> answer) {
        return switch (answer) {
            case Answer.Found<String> found -> read(found.records());
            case Answer.NoRecords<String> _, Answer.NoSuchName<String> _ -> new NoKey("there is no key");
            case Answer.Failed<String> failed -> new Unavailable("the key cannot be looked up: " + failed.detail());
        };
    }

    private static KeyAnswer read(List<String> records) {
        List<DkimKey> keys = new ArrayList<>();
        String reason = "there is no key record";
        boolean aboutKey = false;
        for (String record : records.subList(0, Math.min(records.size(), RECORDS_MAX))) {
            switch (DkimKey.read(record)) {
                case DkimKey.Usable(DkimKey key) -> keys.add(key);
                case DkimKey.Unusable(boolean isKey, String why) -> {
                    if (!aboutKey) {
                        reason = why;
                        aboutKey = isKey;
                    }
                }
            }
        }
        return keys.isEmpty() ? new NoKey(reason) : new Keys(keys);
    }
}
