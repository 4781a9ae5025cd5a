package org.postrider.queue;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.postrider.mail.Diagnosis;

/**
 * Makes equal diagnoses one object. Mail that waits mostly waits for the same few reasons, and a reason of its own for each
 * of a million recipients would cost more memory than the rest of the queue.
 */
final class DiagnosisCache {
    static final int DIAGNOSES_MAX = 1_000;

    private final Map<Diagnosis, Diagnosis> recent = new LinkedHashMap<>(64, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Diagnosis, Diagnosis> eldest) {
            return size() > DIAGNOSES_MAX;
        }
    };

    /** The one that was asked for last, as it mostly is again, and the map must take the hash of all its texts. */
    private @Nullable Diagnosis last;

    Diagnosis shared(Diagnosis diagnosis) {
        Diagnosis shared = last;
        if (shared == null || !shared.equals(diagnosis)) {
            Diagnosis known = recent.putIfAbsent(diagnosis, diagnosis);
            shared = known == null ? diagnosis : known;
            last = shared;
        }
        return shared;
    }
}
