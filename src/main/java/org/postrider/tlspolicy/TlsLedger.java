package org.postrider.tlspolicy;

import org.jspecify.annotations.Nullable;
import org.postrider.mail.Domain;

/**
 * Hears how each session went, for the reports that its recipient's domain may ask for.
 *
 * <p>Thread: any; returns at once.
 */
@FunctionalInterface
public interface TlsLedger {
    /** Forgets everything. */
    TlsLedger NONE = _ -> {};

    /**
     * One session, or a try at one, or a policy that could not be had for it.
     *
     * @param domain the recipient's
     * @param flaw {@code null} where nothing was wrong
     */
    record Session(
            Domain domain, AppliedPolicy policy, @Nullable Flaw flaw) {}

    /**
     * What was wrong, and where (RFC 8460 §4.4, failure-details).
     *
     * @param sendingAddress ours, empty where the system chose it
     * @param receivingHost the MX host, empty where none was called on
     * @param receivingAddress empty where none was called on
     * @param reason for people
     */
    record Flaw(ResultType type, String sendingAddress, String receivingHost, String receivingAddress, String reason) {}

    void count(Session session);
}
