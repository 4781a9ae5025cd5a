package org.postrider.feedback;

import java.util.List;

/**
 * How others fared with the TLS of a domain's hosts, by the reports that they sent us.
 *
 * @param domain whose policies they are
 * @param reports how many there are about it
 * @param unauthenticated how many more there are, or are among them where all were asked for, whose mail was not authentic
 * @param policies by kind: {@code sts}, {@code tlsa}, {@code no-policy-found}
 * @param failures those that hit most sessions first
 * @param leftOut failed sessions of kinds that are not listed
 */
public record TlsSummary(
        String domain,
        int reports,
        int unauthenticated,
        List<Policy> policies,
        List<Failure> failures,
        long leftOut,
        List<String> reporters) {
    public TlsSummary {
        policies = List.copyOf(policies);
        failures = List.copyOf(failures);
        reporters = List.copyOf(reporters);
    }

    /** Sessions under one kind of policy. */
    public record Policy(String type, long successful, long failed) {}

    /**
     * Sessions that failed in one way at one place.
     *
     * @param type as in RFC 8460 §4.3
     * @param host the MX host, empty where it is not told
     * @param reason of one of them, for people; empty where it is not told
     */
    public record Failure(String type, String host, long sessions, String reason) {}
}
