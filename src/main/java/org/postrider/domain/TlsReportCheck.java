package org.postrider.domain;

import java.util.List;
import org.postrider.dns.Answer;
import org.postrider.dns.Resolver;
import org.postrider.domain.CheckResult.Grade;
import org.postrider.mail.Domain;
import org.postrider.tlspolicy.TlsReportRecord;

/** Whether others are told where to report failures of TLS (RFC 8460 §3). */
final class TlsReportCheck {
    private static final String CHECK = "tls-reports";

    private final Resolver resolver;
    private final DomainSettings settings;

    TlsReportCheck(Resolver resolver, DomainSettings settings) {
        this.resolver = resolver;
        this.settings = settings;
    }

    CheckResult check(Domain domain) {
        Domain place = new Domain(TlsReportRecord.LABELS + "." + domain);
        return switch (resolver.txt(place)) {
            case Answer.Failed<String>(var _, String detail) -> CheckResult.unknown(CHECK, place.ascii(), detail);
            case Answer.NoSuchName<String> _, Answer.NoRecords<String> _ ->
                result(
                        Grade.ADVICE,
                        place,
                        List.of(),
                        "Nobody is told when TLS to its mail hosts fails.",
                        "Publish the wanted text as a TXT record.");
            case Answer.Found<String> found -> {
                boolean sound = TlsReportRecord.parse(found.records()).isPresent();
                yield sound
                        ? CheckResult.good(CHECK, place.ascii(), found.records(), "Failures of TLS are reported.")
                        : result(
                                Grade.WARNING,
                                place,
                                found.records(),
                                "There is not exactly one record with a destination, which counts as none.",
                                "Publish the wanted text as the only TXT record of the name.");
            }
        };
    }

    private CheckResult result(Grade grade, Domain place, List<String> found, String why, String fix) {
        return new CheckResult(
                CHECK,
                grade,
                place.ascii(),
                found,
                "v=TLSRPTv1; rua=mailto:" + settings.reports().text(),
                why,
                fix);
    }
}
