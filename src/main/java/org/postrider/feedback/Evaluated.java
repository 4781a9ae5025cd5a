package org.postrider.feedback;

import java.net.InetAddress;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.postrider.mail.Domain;
import org.postrider.mailauth.dmarc.AuthenticatedIdentifier.Dkim;
import org.postrider.mailauth.dmarc.AuthenticatedIdentifier.Spf;
import org.postrider.mailauth.dmarc.Disposition;
import org.postrider.mailauth.dmarc.DmarcOutcome;
import org.postrider.mailauth.dmarc.DmarcOutcome.Aligned;
import org.postrider.report.dmarc.AggregateReport;
import org.postrider.report.dmarc.AggregateReport.DkimResult;
import org.postrider.report.dmarc.AggregateReport.Reason;
import org.postrider.report.dmarc.AggregateReport.Row;
import org.postrider.report.dmarc.AggregateReport.SpfResult;

/**
 * A message that DMARC was evaluated for, and what was done with it.
 *
 * @param mailFrom the domain of the reverse-path; empty for a null one
 */
public record Evaluated(
        DmarcOutcome outcome, Disposition disposition, InetAddress client, Optional<Domain> mailFrom, Instant at) {
    /** Signatures that a row tells; few messages have more than three. */
    private static final int SIGNATURES_MAX = 20;

    /** As a row of an aggregate report. The recipient's domain is not told. */
    Row row() {
        List<Reason> reasons = disposition.overrides().stream()
                .map(override -> new Reason(override.type().text(), override.comment()))
                .toList();
        return new Row(
                SourceAddress.text(client),
                1,
                AggregateReport.Disposition.valueOf(disposition.action().name()),
                outcome.dkimAligned(),
                outcome.spfAligned(),
                reasons,
                outcome.author().map(Domain::ascii).orElse(""),
                Optional.of(mailFrom.map(Domain::ascii).orElse("")),
                "",
                signatures(),
                spf());
    }

    /** RFC 9990 §3.1.3: those first that say most. */
    private List<DkimResult> signatures() {
        return outcome.identifiers().stream()
                .filter(each -> each.identifier() instanceof Dkim)
                .sorted(Comparator.comparingInt(Evaluated::rank))
                .limit(SIGNATURES_MAX)
                .map(each -> (Dkim) each.identifier())
                .map(dkim -> new DkimResult(
                        dkim.domain().ascii(), dkim.selector(), dkim.result().text(), ""))
                .toList();
    }

    private static int rank(Aligned each) {
        if (each.aligned()) {
            return each.strict() ? 0 : 1;
        }
        return each.identifier().passed() ? 2 : 3;
    }

    private List<SpfResult> spf() {
        return outcome.identifiers().stream()
                .filter(each -> each.identifier() instanceof Spf)
                .limit(1)
                .map(each -> new SpfResult(
                        each.identifier().domain().ascii(),
                        "mfrom",
                        each.identifier().result().text(),
                        ""))
                .toList();
    }
}
