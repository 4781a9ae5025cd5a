package org.postrider.server.crash;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The books: what the server promised, what became of each recipient, and when it was killed.
 *
 * <p>A recipient is settled by a delivery that the sink answered or by a bounce that arrived. A second one is a duplicate.
 * It is <em>excused</em> where a kill lies between the two and the first was answered no more than {@link #WINDOW} before
 * that kill, or in a round whose disk was made to fail, so that notes had to wait: then the server may have been stopped between the sink's reply and its own note of it, which no store and
 * forward protocol can avoid (RFC 1047). Any other duplicate is a fault.
 *
 * <p>Thread: any. Times are {@link System#nanoTime}.
 */
final class Ledger {
    /** How long before a kill an answered delivery may still have been unnoted: syncs made slow on purpose included. */
    static final Duration WINDOW = Duration.ofSeconds(1);
    /** A reply may leave the sink's side of the socket just after the server at the other side has died. */
    private static final Duration AFTER_KILL = Duration.ofMillis(200);

    private static final int EXAMPLES_MAX = 20;

    /** How the client's transaction ended. */
    enum Answer {
        /** 250: the server's responsibility. */
        ACCEPTED,
        /** 4xx or 5xx: the client's still. */
        REFUSED,
        /** No reply to the last dot came: either side's. */
        UNANSWERED
    }

    private static final class Account {
        Answer answer = Answer.UNANSWERED;
        final Map<String, List<Long>> settled = new LinkedHashMap<>();
    }

    private final Map<String, Account> accounts = new LinkedHashMap<>();
    /** A kill excuses what was answered from {@code since} on. */
    private record Kill(long at, long since) {}

    private final List<Kill> kills = new ArrayList<>();
    private final List<String> damaged = new ArrayList<>();
    private long open;

    /** The client is about to send the last dot of a message. */
    synchronized void offered(LoadMessage message) {
        Account account = new Account();
        message.recipients().forEach(recipient -> account.settled.put(recipient, new ArrayList<>()));
        if (accounts.putIfAbsent(message.id(), account) != null) {
            throw new IllegalStateException("offered twice: " + message.id());
        }
    }

    synchronized void answered(LoadMessage message, Answer answer) {
        Account account = account(message.id());
        account.answer = answer;
        if (answer == Answer.ACCEPTED) {
            open += account.settled.values().stream().filter(List::isEmpty).count();
            notifyAll();
        }
    }

    /** One recipient got the message, or its sender learned that it will not. */
    synchronized void settled(String id, String recipient, long nanos) {
        Account account = accounts.get(id);
        List<Long> times = account == null ? null : account.settled.get(recipient);
        if (account == null || times == null) {
            damaged.add("nobody sent " + id + " to " + recipient);
            return;
        }
        times.add(nanos);
        if (times.size() == 1 && account.answer == Answer.ACCEPTED) {
            open--;
            notifyAll();
        }
    }

    synchronized void damaged(String id) {
        damaged.add("content of " + id);
    }

    synchronized void killed(long nanos) {
        killedSince(nanos, nanos - WINDOW.toNanos());
    }

    /** As {@link #killed}, where notes may have waited for a failing disk since a given time. */
    synchronized void killedSince(long nanos, long since) {
        kills.add(new Kill(nanos, Math.min(since, nanos - WINDOW.toNanos())));
    }

    /** Recipients of accepted messages that nothing has been heard of. */
    synchronized long open() {
        return open;
    }

    /** Waits until at most {@code count} are open, or until none has been settled for {@code patience}. */
    synchronized boolean awaitOpen(long count, Duration patience) throws InterruptedException {
        long best = open;
        long deadline = System.nanoTime() + patience.toNanos();
        while (open > count) {
            long left = deadline - System.nanoTime();
            if (left <= 0) {
                return false;
            }
            wait(Math.max(1, left / 1_000_000));
            if (open < best) {
                best = open;
                deadline = System.nanoTime() + patience.toNanos();
            }
        }
        return true;
    }

    /** Waits until the books stop changing: what was never answered may still be on its way. */
    synchronized void awaitQuiet(Duration quiet) throws InterruptedException {
        long before = -1;
        for (long now = entries(); now != before; now = entries()) {
            before = now;
            long deadline = System.nanoTime() + quiet.toNanos();
            for (long left = quiet.toNanos(); left > 0; left = deadline - System.nanoTime()) {
                wait(Math.max(1, left / 1_000_000));
            }
        }
    }

    private long entries() {
        return accounts.values().stream()
                .flatMap(account -> account.settled.values().stream())
                .mapToLong(List::size)
                .sum();
    }

    private Account account(String id) {
        Account account = accounts.get(id);
        if (account == null) {
            throw new IllegalStateException("never offered: " + id);
        }
        return account;
    }

    /**
     * Closes the books.
     *
     * @param queued ids of the messages that the server still holds
     */
    synchronized Balance close(Set<String> queued) {
        Balance.Builder balance = new Balance.Builder(EXAMPLES_MAX, kills.size());
        accounts.forEach((id, account) -> {
            balance.message(account.answer);
            judge(balance, id, account, queued.contains(id));
        });
        damaged.forEach(balance::damaged);
        return balance.build();
    }

    private void judge(Balance.Builder balance, String id, Account account, boolean queued) {
        long reached = account.settled.values().stream()
                .filter(times -> !times.isEmpty())
                .count();
        account.settled.forEach((recipient, times) -> {
            if (times.isEmpty() && account.answer == Answer.ACCEPTED) {
                if (queued) {
                    balance.queued();
                } else {
                    balance.lost(id, recipient);
                }
            }
            for (int i = 1; i < times.size(); i++) {
                int kill = excusingKill(times.get(i - 1), times.get(i));
                balance.duplicate(
                        id, recipient, kill, kill < 0 ? 0 : kills.get(kill).at() - times.get(i - 1));
            }
        });
        switch (account.answer) {
            case ACCEPTED -> balance.settled(reached);
            case REFUSED -> balance.refusedButSettled(reached);
            case UNANSWERED -> {
                if (reached > 0) {
                    balance.unansweredButTaken();
                }
                if (reached > 0 && reached < account.settled.size() && !queued) {
                    balance.halved(id);
                }
            }
        }
    }

    /** The index of a kill that explains the second of two deliveries, −1 where none does. */
    private int excusingKill(long first, long second) {
        for (int kill = 0; kill < kills.size(); kill++) {
            long at = kills.get(kill).at();
            boolean unnoted = first >= kills.get(kill).since() && first - at <= AFTER_KILL.toNanos();
            if (unnoted && second > at) {
                return kill;
            }
        }
        return -1;
    }
}
