package org.postrider.domain;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.postrider.dns.Resolver;
import org.postrider.domain.CheckResult.Grade;
import org.postrider.mail.Domain;
import org.postrider.mailauth.dmarc.DmarcRecord;
import org.postrider.mailauth.dmarc.Policy;
import org.postrider.mailauth.dmarc.ReportDestinations;
import org.postrider.mailauth.dmarc.ReportDestinations.Destination;
import org.postrider.mailauth.dmarc.TreeWalk;

/** Whether a DMARC record holds for a domain, and its reports reach somebody (RFC 9989, RFC 9990). */
final class DmarcCheck {
    private static final String CHECK = "dmarc";

    private final Resolver resolver;
    private final DomainSettings settings;

    DmarcCheck(Resolver resolver, DomainSettings settings) {
        this.resolver = resolver;
        this.settings = settings;
    }

    List<CheckResult> check(Domain domain) {
        TreeWalk walker = new TreeWalk(resolver);
        TreeWalk.Walk walk = walker.from(domain);
        if (walk.failure().isPresent()) {
            return List.of(CheckResult.unknown(
                    CHECK, "_dmarc." + domain, walk.failure().get()));
        }
        Optional<TreeWalk.Step> holds = holding(walk);
        if (holds.isEmpty() || (walker.at(domain) instanceof TreeWalk.Finding.Absent(int count) && count > 1)) {
            return List.of(absent(domain, walker.at(domain)));
        }
        List<CheckResult> results = new ArrayList<>();
        results.add(record(domain, holds.get()));
        results.addAll(reports(holds.get()));
        return results;
    }

    /** Its own, else that of its organization, else that of the public suffix above (RFC 9989 §4.10.1). */
    private static Optional<TreeWalk.Step> holding(TreeWalk.Walk walk) {
        return step(walk, walk.start())
                .or(() -> walk.organization().flatMap(top -> step(walk, top)))
                .or(walk::publicSuffix);
    }

    private static Optional<TreeWalk.Step> step(TreeWalk.Walk walk, Domain name) {
        return walk.at(name).map(record -> new TreeWalk.Step(name, record));
    }

    private CheckResult absent(Domain domain, TreeWalk.Finding own) {
        boolean several = own instanceof TreeWalk.Finding.Absent(int count) && count > 1;
        return new CheckResult(
                CHECK,
                Grade.ERROR,
                "_dmarc." + domain,
                List.of(),
                "v=DMARC1; p=none; rua=mailto:" + settings.reports().text(),
                several
                        ? "There are several DMARC records, which count as none (RFC 9989 §4.10)."
                        : "No DMARC record holds for it: large receivers refuse bulk mail without one.",
                several ? "Leave one of them." : "Publish the wanted text as a TXT record.");
    }

    private CheckResult record(Domain domain, TreeWalk.Step step) {
        DmarcRecord record = step.record();
        String subject = "_dmarc." + step.name();
        List<String> found = List.of(record.text());
        if (record.badPolicy()) {
            return new CheckResult(
                    CHECK,
                    Grade.ERROR,
                    subject,
                    found,
                    "p=none, p=quarantine or p=reject",
                    "Its policy is missing or malformed.",
                    "Correct it.");
        }
        if (!record.problems().isEmpty()) {
            return new CheckResult(
                    CHECK,
                    Grade.WARNING,
                    subject,
                    found,
                    "",
                    "Parts of it count for nothing: " + String.join("; ", record.problems()) + ".",
                    "Correct it.");
        }
        boolean own = step.name().equals(domain);
        Policy policy = own ? record.domainPolicy() : record.subdomainPolicy();
        String why = (own ? "It" : "The record of " + step.name() + " holds for it, and") + " asks for "
                + policy.name().toLowerCase(Locale.ROOT) + " of mail that fails.";
        if (policy == Policy.NONE || record.testing()) {
            return new CheckResult(
                    CHECK,
                    Grade.ADVICE,
                    subject,
                    found,
                    "",
                    why + (record.testing() ? " t=y says that it only tries." : ""),
                    "When reports show for some weeks that your own mail passes, ask for quarantine, then reject.");
        }
        return CheckResult.good(CHECK, subject, found, why);
    }

    private List<CheckResult> reports(TreeWalk.Step step) {
        String subject = "_dmarc." + step.name();
        if (step.record().rua().isEmpty()) {
            return List.of(new CheckResult(
                    "dmarc-reports",
                    Grade.ADVICE,
                    subject,
                    List.of(),
                    "rua=mailto:" + settings.reports().text(),
                    "Nobody gets its reports: what fails is not seen.",
                    "Add the wanted tag."));
        }
        return new ReportDestinations(resolver)
                .of(step.name(), step.record(), ReportDestinations.Kind.AGGREGATE).stream()
                        .map(destination -> destination(step, subject, destination))
                        .toList();
    }

    private static CheckResult destination(TreeWalk.Step step, String subject, Destination destination) {
        List<String> found = List.of(destination.uri().text());
        return switch (destination) {
            case Destination.Verified _ -> CheckResult.good("dmarc-reports", subject, found, "Reports may go there.");
            case Destination.Refused(var uri, String reason) ->
                new CheckResult(
                        "dmarc-reports",
                        Grade.WARNING,
                        subject,
                        found,
                        step.name() + "._report._dmarc."
                                + uri.host().map(Domain::ascii).orElse("") + " TXT v=DMARC1",
                        "No reports go there: " + reason + ".",
                        "Publish the wanted record in the zone of the destination (RFC 9990 §4).");
            case Destination.Unknown(var uri, String detail) ->
                CheckResult.unknown("dmarc-reports", uri.text(), detail);
        };
    }
}
