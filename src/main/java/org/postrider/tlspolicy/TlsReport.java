package org.postrider.tlspolicy;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * How sessions with one domain's hosts went in a time, for one who asked for it (RFC 8460 §4.4).
 *
 * @param organization who reports
 * @param start of the time, inclusive
 * @param end of the time, inclusive
 * @param contact of who reports, an address
 * @param id unique among the reports of the organization
 */
public record TlsReport(
        String organization, Instant start, Instant end, String contact, String id, List<Result> results) {
    /** Kinds of failure that one result tells apart; more are in its sum alone. */
    public static final int FAILURES_MAX = 200;

    public TlsReport {
        results = List.copyOf(results);
    }

    /**
     * The sessions that were held to one policy.
     *
     * @param domain whose policy it is
     */
    public record Result(AppliedPolicy policy, String domain, long successful, long failed, List<Failure> failures) {
        public Result {
            failures = List.copyOf(failures);
        }

        private Result under(AppliedPolicy other) {
            return new Result(other, domain, successful, failed, failures);
        }

        Result plus(Result other) {
            Map<TlsLedger.Flaw, Long> sums = new LinkedHashMap<>();
            failures.forEach(failure -> sums.merge(failure.flaw, failure.sessions, Long::sum));
            other.failures.forEach(failure -> sums.merge(failure.flaw, failure.sessions, Long::sum));
            List<Failure> all = new ArrayList<>();
            sums.forEach((flaw, sessions) -> all.add(new Failure(flaw, sessions)));
            return new Result(
                    policy,
                    domain,
                    successful + other.successful,
                    failed + other.failed,
                    all.subList(0, Math.min(all.size(), FAILURES_MAX)));
        }
    }

    /** Sessions that failed for the same reason at the same place. */
    public record Failure(TlsLedger.Flaw flaw, long sessions) {}

    /**
     * Results of two parts of a time, one for each policy.
     *
     * @param policiesMax of which so many are told apart; what was held to others is summed up for each type of policy
     */
    public static List<Result> sum(List<Result> one, List<Result> other, int policiesMax) {
        Map<AppliedPolicy, Result> sums = new LinkedHashMap<>();
        int named = 0;
        for (Result result : Stream.concat(one.stream(), other.stream()).toList()) {
            AppliedPolicy policy = result.policy;
            boolean isNew = !policy.isUnnamed() && !sums.containsKey(policy);
            named += isNew ? 1 : 0;
            Result told = isNew && named > policiesMax ? result.under(policy.unnamed()) : result;
            sums.merge(told.policy, told, Result::plus);
        }
        return List.copyOf(sums.values());
    }
}
