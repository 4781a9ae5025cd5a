package org.postrider.feedback;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.postrider.dns.Answer;
import org.postrider.dns.Resolver;
import org.postrider.mail.Domain;
import org.postrider.mailauth.AuthResult;
import org.postrider.mailauth.HeaderSection;
import org.postrider.mailauth.dkim.DkimResult;
import org.postrider.mailauth.dmarc.Alignment;
import org.postrider.mailauth.dmarc.DmarcOutcome;
import org.postrider.mailauth.dmarc.DmarcRecord;
import org.postrider.mailauth.dmarc.FailureOption;
import org.postrider.mailauth.spf.Spf;
import org.postrider.mailauth.verify.Verified;
import org.postrider.message.MailDate;
import org.postrider.report.dmarc.FailureReport;

/**
 * A message as failure reports see it: which reports its author's domain asks for with {@code fo}, and what each tells
 * (RFC 9989 §4.7, RFC 9991 §3, §4).
 *
 * @param delivery what was done with it, a word of {@code Delivery-Result} (RFC 6591 §3.2.2)
 */
record FailedMessage(Verified message, DmarcOutcome.Applied applied, String delivery, Instant at) {
    private static final Set<AuthResult> SPF_FAILURES =
            Set.of(AuthResult.FAIL, AuthResult.SOFTFAIL, AuthResult.PERMERROR);
    private static final Set<AuthResult> DKIM_FAILURES = Set.of(AuthResult.FAIL, AuthResult.PERMERROR);

    /** What a report is about. */
    enum About {
        /** That identifiers are not authenticated or not aligned: {@code fo=0}, {@code fo=1}. */
        DMARC,
        /** That a signature failed, whosever it is: {@code fo=d}. Of several it is told of the one nearest to the author. */
        DKIM,
        /** That SPF failed for MAIL FROM, whosever that is: {@code fo=s}. */
        SPF
    }

    /** The reports that are wanted of it; none of automatic mail, and none by the record of a public suffix. */
    List<About> wanted() {
        DmarcRecord record = applied.record();
        // RFC 9991 §2: whoever has a name below the suffix has not asked for them.
        boolean ofSuffix = record.publicSuffix() == DmarcRecord.PublicSuffix.YES;
        if (record.ruf().isEmpty() || ofSuffix || isAutomatic()) {
            return List.of();
        }
        List<About> wanted = new ArrayList<>();
        if (isDmarcWanted(record.failureOptions())) {
            wanted.add(About.DMARC);
        }
        if (record.failureOptions().contains(FailureOption.DKIM)
                && failedSignature().isPresent()) {
            wanted.add(About.DKIM);
        }
        if (record.failureOptions().contains(FailureOption.SPF) && spfFailed()) {
            wanted.add(About.SPF);
        }
        return wanted;
    }

    private boolean isDmarcWanted(Set<FailureOption> options) {
        DmarcOutcome outcome = message.dmarc();
        boolean decided = outcome.result() == AuthResult.PASS || outcome.result() == AuthResult.FAIL;
        boolean all = options.contains(FailureOption.ALL_FAILED) && outcome.result() == AuthResult.FAIL;
        boolean any = options.contains(FailureOption.ANY_FAILED) && !(outcome.spfAligned() && outcome.dkimAligned());
        return decided && (all || any);
    }

    private boolean isAutomatic() {
        String submitted = value(message.header(), "auto-submitted");
        return message.origin().mailFrom().isEmpty()
                || value(message.header(), "content-type").startsWith("multipart/report")
                || !(submitted.isEmpty() || submitted.equals("no"));
    }

    private static String value(HeaderSection header, String name) {
        return header.named(name).stream()
                .findFirst()
                .map(field -> ReceivedReports.name(field.text().strip()))
                .orElse("");
    }

    private boolean spfFailed() {
        return SPF_FAILURES.contains(message.mailFrom().result());
    }

    private Optional<DkimResult> failedSignature() {
        return message.dkim().results().stream()
                .filter(result -> DKIM_FAILURES.contains(result.result())
                        && result.domain().isPresent())
                .min(Comparator.comparing(result -> !wouldAlign(
                        result.domain().orElseThrow(), applied.record().adkim())));
    }

    /** Whether an identifier of the domain would have been aligned, had it been authenticated. */
    private boolean wouldAlign(Domain domain, Alignment alignment) {
        DmarcOutcome outcome = message.dmarc();
        boolean same = outcome.author().filter(domain::equals).isPresent();
        boolean related = outcome.organization().filter(domain::isWithin).isPresent();
        return same || (related && alignment == Alignment.RELAXED);
    }

    /** The report on it. Blocks on the DNS for the SPF record. */
    FailureReport report(About about, ReportSettings ours, Resolver resolver) {
        String field = message.results(ours.submitter().ascii()).field();
        DmarcOutcome outcome = message.dmarc();
        List<String> alignment = new ArrayList<>();
        if (!outcome.dkimAligned()) {
            alignment.add("dkim");
        }
        if (!outcome.spfAligned()) {
            alignment.add("spf");
        }
        return new FailureReport(
                failure(about),
                ours.generator(),
                field.substring(field.indexOf(':') + 1).strip(),
                alignment,
                new FailureReport.Origin(
                        "",
                        message.origin().mailFrom(),
                        "",
                        SourceAddress.text(message.origin().client()),
                        ""),
                MailDate.text(at),
                outcome.author().map(Domain::ascii).stream().toList(),
                delivery,
                signature(about),
                spfRecord(about, resolver),
                1,
                header());
    }

    /** RFC 6591 §3.3; {@code dmarc} is of RFC 9991 §4. */
    private String failure(About about) {
        return switch (about) {
            case DMARC -> "dmarc";
            case SPF -> "spf";
            case DKIM -> {
                DkimResult failed = failedSignature().orElseThrow();
                yield failed.bodyChanged() ? "bodyhash" : failed.keyRevoked() ? "revoked" : "signature";
            }
        };
    }

    /** RFC 9991 §4: that of DMARC tells a signature only where it would have aligned. */
    private FailureReport.Signature signature(About about) {
        return failedSignature()
                .filter(result -> switch (about) {
                    case DKIM -> true;
                    case DMARC ->
                        !message.dmarc().dkimAligned()
                                && wouldAlign(
                                        result.domain().orElseThrow(),
                                        applied.record().adkim());
                    case SPF -> false;
                })
                .map(result -> new FailureReport.Signature(
                        result.domain().map(Domain::ascii).orElse(""), result.auid(), result.selector()))
                .orElse(FailureReport.Signature.NONE);
    }

    /** RFC 6591 §3.2.6: {@code txt : example.com : "v=spf1 -all"}; empty where it is not to be told, or not to be had now. */
    private String spfRecord(About about, Resolver resolver) {
        return message.mailFrom()
                .domain()
                .filter(domain -> switch (about) {
                    case SPF -> true;
                    case DMARC ->
                        spfFailed() && wouldAlign(domain, applied.record().aspf());
                    case DKIM -> false;
                })
                .flatMap(domain -> resolver.txt(domain) instanceof Answer.Found<String> found
                        ? found.records().stream()
                                .filter(Spf::isPolicy)
                                .findFirst()
                                .map(text -> "txt : " + domain.ascii() + " : " + quoted(text))
                        : Optional.empty())
                .orElse("");
    }

    private static String quoted(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    private String header() {
        StringBuilder header = new StringBuilder();
        for (HeaderSection.Field each : message.header().fields()) {
            header.append(new String(each.octets(), each.from(), each.to() - each.from(), StandardCharsets.ISO_8859_1))
                    .append("\r\n");
        }
        return header.toString();
    }
}
