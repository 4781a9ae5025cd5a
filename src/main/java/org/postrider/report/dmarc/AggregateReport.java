package org.postrider.report.dmarc;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What a receiver counted of the mail that named a domain as its author's (RFC 9990 §3.1.1). Text that may be missing is
 * empty then.
 *
 * @param rows one for each source, result and identifiers
 */
public record AggregateReport(Metadata metadata, PublishedPolicy policy, List<Row> rows) {
    public AggregateReport {
        rows = List.copyOf(rows);
    }

    /**
     * Who reports, and on which time (§3.1.1.3).
     *
     * @param organization the receiver's
     * @param email whom to ask
     * @param contact further such information
     * @param begin the period's, not the first message's
     * @param error what is wrong with the record
     * @param generator what wrote it
     */
    public record Metadata(
            String organization,
            String email,
            String contact,
            String reportId,
            Instant begin,
            Instant end,
            String error,
            String generator) {}

    /**
     * The record as it was applied (§3.1.1.5).
     *
     * @param domain where it is published
     * @param discovery {@code treewalk} or {@code psl}
     * @param p {@code none}, {@code quarantine} or {@code reject}, as {@code sp} and {@code np}
     * @param adkim {@code r} or {@code s}, as {@code aspf}
     * @param testing {@code y} or {@code n}
     */
    public record PublishedPolicy(
            String domain,
            String discovery,
            String p,
            String sp,
            String np,
            String adkim,
            String aspf,
            String fo,
            String testing) {}

    /** What was done with messages (§3.1.1.9). */
    public enum Disposition {
        NONE,
        PASS,
        QUARANTINE,
        REJECT;

        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }

        static Optional<Disposition> parse(String text) {
            for (Disposition each : values()) {
                if (each.text().equals(text.toLowerCase(Locale.ROOT))) {
                    return Optional.of(each);
                }
            }
            return Optional.empty();
        }
    }

    /**
     * Why that is not what the record asks for (§3.1.6).
     *
     * @param type {@code local_policy}, {@code mailing_list}, {@code other}, {@code policy_test_mode}, {@code
     *     trusted_forwarder}; in old reports also {@code forwarded} and {@code sampled_out}
     */
    public record Reason(String type, String comment) {}

    /**
     * A result of DKIM, whatever its alignment (§3.1.1.12).
     *
     * @param result in the words of RFC 8601 §2.7.1
     */
    public record DkimResult(String domain, String selector, String result, String comment) {}

    /**
     * A result of SPF, whatever its alignment (§3.1.1.13).
     *
     * @param scope {@code mfrom}; in old reports also {@code helo}
     * @param result in the words of RFC 8601 §2.7.2
     */
    public record SpfResult(String domain, String scope, String result, String comment) {}

    /**
     * Messages that are all alike (§3.1.1.7).
     *
     * @param source the address of the client
     * @param dkimAligned whether DKIM gave an aligned pass
     * @param headerFrom the author domain
     * @param envelopeFrom the domain of MAIL FROM; present and empty for a null reverse-path
     * @param envelopeTo the domain of RCPT TO
     * @param spf of new reports at most one
     */
    public record Row(
            String source,
            long count,
            Disposition disposition,
            boolean dkimAligned,
            boolean spfAligned,
            List<Reason> reasons,
            String headerFrom,
            Optional<String> envelopeFrom,
            String envelopeTo,
            List<DkimResult> dkim,
            List<SpfResult> spf) {
        public Row {
            reasons = List.copyOf(reasons);
            dkim = List.copyOf(dkim);
            spf = List.copyOf(spf);
        }

        public boolean passed() {
            return dkimAligned || spfAligned;
        }
    }

    /** All messages that it counts. */
    public long messages() {
        return rows.stream().mapToLong(Row::count).sum();
    }
}
