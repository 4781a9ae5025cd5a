package org.postrider.queue;

import java.util.LinkedHashMap;
import java.util.Map;
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

    Diagnosis shared(Diagnosis diagnosis) {
        Diagnosis known = recent.putIfAbsent(diagnosis, diagnosis);
        return known == null ? diagnosis : known;
    }
}
