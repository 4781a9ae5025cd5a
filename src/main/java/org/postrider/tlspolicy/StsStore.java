package org.postrider.tlspolicy;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.postrider.mail.Domain;

/** Where policies outlive the process, so that a restart opens no way to strip them. Calls may block. */
public interface StsStore {
    /** Forgets everything. */
    StsStore NONE = new StsStore() {
        @Override
        public Optional<Kept> find(Domain domain) {
            return Optional.empty();
        }

        @Override
        public void keep(Domain domain, Kept policy) {}

        @Override
        public void forget(Domain domain) {}

        @Override
        public List<Entry> old(Instant now, Duration age, Instant usedSince, int limit) {
            return List.of();
        }
    };

    /**
     * A policy as it was fetched.
     *
     * @param id of the record that announced it
     * @param fetched when; it may be used for its {@code maxAge} from then on
     * @param used when mail last went by it, to a day
     */
    record Kept(String id, StsPolicy policy, Instant fetched, Instant used) {
        boolean isLive(Instant now) {
            return now.isBefore(fetched.plus(policy.maxAge()));
        }
    }

    /** A policy and whose it is. */
    record Entry(Domain domain, Kept policy) {}

    Optional<Kept> find(Domain domain);

    void keep(Domain domain, Kept policy);

    void forget(Domain domain);

    /**
     * Policies in force, in no order that anybody could foresee, which were fetched so long ago, or have half of their time
     * behind them.
     *
     * @param usedSince the others are left out, and those that ask for nothing
     */
    List<Entry> old(Instant now, Duration age, Instant usedSince, int limit);
}
