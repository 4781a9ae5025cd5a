package org.postrider.tlspolicy;

import java.time.Instant;
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
    };

    /**
     * A policy as it was fetched.
     *
     * @param id of the record that announced it
     * @param fetched when; it may be used for its {@code maxAge} from then on
     */
    record Kept(String id, StsPolicy policy, Instant fetched) {
        boolean isLive(Instant now) {
            return now.isBefore(fetched.plus(policy.maxAge()));
        }
    }

    Optional<Kept> find(Domain domain);

    void keep(Domain domain, Kept policy);

    void forget(Domain domain);
}
