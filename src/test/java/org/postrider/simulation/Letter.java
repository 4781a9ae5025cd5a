package org.postrider.simulation;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.postrider.mail.Domain;
import org.postrider.mail.QueueId;
import org.postrider.mail.RecipientState;
import org.postrider.queue.Accepted;

/** A message as the spool has it, with the truth about its recipients beside it. */
final class Letter {
    /** What is true of one recipient, whatever the engine believes. */
    static final class Fate {
        final Domain host;
        final boolean delayNotice;
        final boolean successNotice;

        @Nullable
        RecipientState durable;
        /** The most attempts that a durable entry announced. */
        int announced;
        /** Times that a server took it over. */
        int taken;
        /** Of these, those of which the engine could not know for good. */
        int excused;

        int live;
        /** Not to be tried before, as a crash found it in an attempt. */
        long pausedUntil;

        int delayNotices;
        /** A person said that it is not to be sent. */
        boolean stopped;
        /** A person said at some time that it is to be removed. */
        boolean removalWished;
        /** It has been held for some time, by a person or by a route. */
        boolean everHeld;

        @Nullable
        Long firstSeenAt;

        Fate(Domain host, boolean delayNotice, boolean successNotice) {
            this.host = host;
            this.delayNotice = delayNotice;
            this.successNotice = successNotice;
        }
    }

    final QueueId id;
    final Instant at;
    /** The world's own time of acceptance. */
    final long born;

    final boolean nullReversePath;
    final List<Fate> fates;
    boolean acknowledged;

    Letter(QueueId id, Instant at, long born, boolean nullReversePath, List<Fate> fates) {
        this.id = id;
        this.at = at;
        this.born = born;
        this.nullReversePath = nullReversePath;
        this.fates = fates;
    }

    Accepted accepted() {
        List<Accepted.Target> targets = new ArrayList<>();
        for (Fate fate : fates) {
            targets.add(new Accepted.Target(fate.host, fate.delayNotice, fate.successNotice, fate.durable));
        }
        return new Accepted(id, at, nullReversePath, targets);
    }

    boolean isOpen() {
        return fates.stream().anyMatch(fate -> !(fate.durable instanceof RecipientState.Settled));
    }
}
