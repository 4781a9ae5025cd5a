package org.postrider.queue;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.TreeSet;

/**
 * The engine's time in milliseconds, and its alarms.
 *
 * <p>The wall clock may be set while mail waits; the age of mail must not change by that. The engine's time therefore is
 * the wall clock plus an offset that takes back what was not lived through:
 *
 * <ul>
 *   <li>It never runs backwards: where the wall clock does, the offset grows by as much.
 *   <li>A timer does not ring before its time: where the clock says that it did, the clock was set back.
 *   <li>A timer rings soon after its time: where the clock is {@link #LATE_MAX_MILLIS} past one that has not rung, the
 *       clock was set forward, or the machine slept, and no time has passed for the mail.
 * </ul>
 *
 * <p>States in the journal carry wall-clock times; {@link #wall} and {@link #engine} convert. One port timer is set for the
 * earliest alarm. As it cannot be cancelled, those that are out form a stack, the earliest on top, and a new one is asked
 * for only where it is earlier than all of them.
 */
final class EngineClock {
    static final long LATE_MAX_MILLIS = 60_000;

    /**
     * While mail waits a timer is out for no later than this, so that a change of the wall clock is noticed, and makes mail
     * older or younger by no more than this and {@link #LATE_MAX_MILLIS}.
     */
    static final long HEARTBEAT_MILLIS = 600_000;

    private final Time time;
    private final Timers timers;
    private final Deque<Long> out = new ArrayDeque<>();
    private final TreeSet<Alarm> alarms = new TreeSet<>(
            Comparator.<Alarm>comparingLong(alarm -> alarm.when).thenComparingLong(alarm -> alarm.number));
    private long offset;
    private long latest;
    private long alarmsMade;

    EngineClock(Time time, Timers timers) {
        this.time = time;
        this.timers = timers;
        this.latest = time.now().toEpochMilli();
    }

    /** Something to be done at a time that may be changed until then. */
    final class Alarm {
        private final long number = alarmsMade++;
        private final Runnable task;
        private long when = Long.MAX_VALUE;

        private Alarm(Runnable task) {
            this.task = task;
        }

        /** Rings at {@code millis} instead of whatever was set before; {@link Long#MAX_VALUE} is never. */
        void set(long millis) {
            if (millis == when) {
                return;
            }
            alarms.remove(this);
            // One in the past rings now: it must not look like a timer that comes too late.
            when = Math.max(millis, latest);
            if (millis != Long.MAX_VALUE) {
                alarms.add(this);
                arm();
            }
        }
    }

    Alarm alarm(Runnable task) {
        return new Alarm(task);
    }

    long now() {
        long now = time.now().toEpochMilli() + offset;
        Long earliest = out.peek();
        if (now < latest || (earliest != null && now - earliest > LATE_MAX_MILLIS)) {
            offset += latest - now;
        } else {
            latest = now;
        }
        return latest;
    }

    Instant wall(long millis) {
        return Instant.ofEpochMilli(millis - offset);
    }

    long engine(Instant wall) {
        return wall.toEpochMilli() + offset;
    }

    private void arm() {
        if (alarms.isEmpty()) {
            return;
        }
        long when = Math.min(alarms.first().when, latest + HEARTBEAT_MILLIS);
        Long earliest = out.peek();
        if (earliest == null || when < earliest) {
            out.push(when);
            timers.at(wall(when), () -> ring(when));
        }
    }

    private void ring(long when) {
        long now = time.now().toEpochMilli() + offset;
        if (now < when || now - when > LATE_MAX_MILLIS) {
            offset += when - now;
            now = when;
        }
        if (now < latest) {
            offset += latest - now;
        }
        latest = Math.max(latest, now);
        out.removeFirstOccurrence(when);
        try {
            // Those that are set again meanwhile have their turn with the next timer, so that other events get theirs.
            for (int left = alarms.size(); left > 0 && !alarms.isEmpty() && alarms.first().when <= latest; left--) {
                Alarm due = alarms.removeFirst();
                due.when = Long.MAX_VALUE;
                due.task.run();
            }
        } finally {
            arm();
        }
    }
}
