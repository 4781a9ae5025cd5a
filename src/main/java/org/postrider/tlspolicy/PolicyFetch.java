package org.postrider.tlspolicy;

import org.postrider.mail.Domain;

/** Fetches what a domain's policy host serves (RFC 8461 §3.3). */
@FunctionalInterface
public interface PolicyFetch {
    /** What came of it. */
    sealed interface Fetched {
        /**
         * @param text the policy, one char an octet (ISO 8859-1), at most {@link StsPolicy#OCTETS_MAX}
         */
        record Body(String text) implements Fetched {}

        /**
         * @param detail for people, a clause whose subject is the policy host
         */
        record Failed(Cause cause, String detail) implements Fetched {}
    }

    /** Why there is no policy, in the classes that reports tell apart (RFC 8460 §4.3.2.2). */
    enum Cause {
        /** The host is not there, or does not answer as it should. */
        FETCH,
        /** Its certificate does not do. */
        CERTIFICATE
    }

    /** Blocks, for a minute at most. */
    Fetched fetch(Domain domain);
}
