package org.postrider.dns;

import java.time.Duration;
import java.util.List;

/**
 * What the DNS said to one question.
 *
 * <p>{@code authenticated} means that all of the answer was validated with DNSSEC, by us or by a resolver which we trust;
 * where neither is configured it is always false.
 *
 * @param <T> the kind of record asked for
 */
public sealed interface Answer<T> {

    /**
     * There are records of the kind.
     *
     * @param records in the answer's order; empty where there are such records but none that makes sense, which is not
     *     the same as {@link NoRecords}
     * @param ttl how long the answer holds from now on
     */
    record Found<T>(List<T> records, Duration ttl, boolean authenticated) implements Answer<T> {
        public Found {
            records = List.copyOf(records);
        }
    }

    /** The name does not exist, nor anything under it (NXDOMAIN). */
    record NoSuchName<T>(Duration ttl, boolean authenticated) implements Answer<T> {}

    /** The name exists and has no record of the kind (RFC 2308 §2.2). */
    record NoRecords<T>(Duration ttl, boolean authenticated) implements Answer<T> {}

    /**
     * It cannot be found out now. Every failure is temporary, REFUSED too: what a broken resolver says of a name says
     * nothing of the name.
     *
     * @param detail for people
     */
    record Failed<T>(Failure failure, String detail) implements Answer<T> {}

    /** Why a question stayed open. */
    enum Failure {
        /** SERVFAIL, or a reply code that makes no sense here. */
        SERVER_FAILURE,
        REFUSED,
        TIMEOUT,
        /** The reply cannot be read, or its aliases lead in a circle or too far. */
        MALFORMED,
        /** The records are not what their zone has signed, or its signatures are out of date (DNSSEC, RFC 4035 §5). */
        BOGUS,
        /** The question could not be sent. */
        UNREACHABLE
    }
}
