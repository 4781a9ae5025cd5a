package org.postrider.policy;

import java.io.IOException;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/** Where greylisting remembers what must survive a restart. Thread: any; calls block. */
public interface GreylistStore {
    /** Remembers nothing. */
    GreylistStore NONE = new GreylistStore() {
        @Override
        public Optional<Seen> find(String key) {
            return Optional.empty();
        }

        @Override
        public void save(Map<String, Seen> changed) {}

        @Override
        public void expire(Instant waitingSince, Instant lastSeen) {}
    };

    /**
     * What is known of a triplet, or of a client's network.
     *
     * @param passes of a triplet: whether it has come back in time, 1 or 0; of a client: how many of its triplets have
     */
    record Seen(Instant first, Instant last, int passes) {}

    Optional<Seen> find(String key) throws IOException;

    void save(Map<String, Seen> changed) throws IOException;

    /** Forgets what has waited since before one time without coming back, and what has not come since before another. */
    void expire(Instant waitingSince, Instant lastSeen) throws IOException;
}
