package org.postrider.feedback;

import java.time.Duration;
import org.postrider.mail.Domain;
import org.postrider.mail.Mailbox;

/**
 * How we report.
 *
 * @param organization our name, for people
 * @param submitter the domain that reports, in names of files
 * @param from who sends reports and answers for them; its domain must have SPF or DKIM that pass DMARC (RFC 9990 §3.5.2)
 * @param contact whom reports name for questions
 * @param spread over how long after midnight UTC reports are sent, each domain at its own time
 * @param generator the software
 */
public record ReportSettings(
        String organization, Domain submitter, Mailbox from, Mailbox contact, Duration spread, String generator) {
    /** Long enough to trouble nobody, short enough that reports come with the morning. */
    public static final Duration SPREAD = Duration.ofHours(4);

    public ReportSettings {
        if (spread.isNegative() || spread.compareTo(Duration.ofDays(1)) > 0) {
            throw new IllegalArgumentException("a spread of " + spread);
        }
    }
}
