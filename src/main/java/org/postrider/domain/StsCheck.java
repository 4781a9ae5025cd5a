package org.postrider.domain;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.postrider.dns.Answer;
import org.postrider.dns.Resolver;
import org.postrider.domain.CheckResult.Grade;
import org.postrider.mail.Domain;
import org.postrider.tlspolicy.PolicyFetch;
import org.postrider.tlspolicy.StsPolicy;
import org.postrider.tlspolicy.StsRecord;

/** Whether a domain's MTA-STS record and policy belong together, and to this server (RFC 8461). */
final class StsCheck {
    private static final String CHECK = "mta-sts";

    private final Resolver resolver;
    private final PolicyFetch policies;
    private final DomainSettings settings;

    StsCheck(Resolver resolver, PolicyFetch policies, DomainSettings settings) {
        this.resolver = resolver;
        this.policies = policies;
        this.settings = settings;
    }

    /** Empty where the domain neither has MTA-STS nor is to have it. */
    Optional<CheckResult> check(Domain domain) {
        @Nullable StsPolicy ours = settings.policies().get(domain);
        Domain place = new Domain(StsRecord.LABEL + "." + domain);
        return switch (resolver.txt(place)) {
            case Answer.Failed<String>(var _, String detail) ->
                Optional.of(CheckResult.unknown(CHECK, place.ascii(), detail));
            case Answer.NoSuchName<String> _, Answer.NoRecords<String> _ -> absent(place, List.of(), ours);
            case Answer.Found<String> found ->
                switch (StsRecord.parse(found.records())) {
                    case StsRecord.Absent _ -> absent(place, found.records(), ours);
                    case StsRecord.Invalid(String why) ->
                        Optional.of(result(
                                Grade.ERROR, place, found.records(), ours, "It " + why + ".", "Correct the record."));
                    case StsRecord.Valid _ -> Optional.of(policy(domain, place, found.records(), ours));
                };
        };
    }

    private static Optional<CheckResult> absent(Domain place, List<String> found, @Nullable StsPolicy ours) {
        return ours == null
                ? Optional.empty()
                : Optional.of(result(
                        Grade.ERROR,
                        place,
                        found,
                        ours,
                        "This server has a policy for it, and nobody is told so.",
                        "Publish the wanted text as a TXT record."));
    }

    private static CheckResult result(
            Grade grade, Domain place, List<String> found, @Nullable StsPolicy ours, String why, String fix) {
        String wanted = ours == null ? "" : "v=STSv1; id=" + ZoneRecords.id(ours);
        return new CheckResult(CHECK, grade, place.ascii(), found, wanted, why, fix);
    }

    private CheckResult policy(Domain domain, Domain place, List<String> found, @Nullable StsPolicy ours) {
        return switch (policies.fetch(domain)) {
            case PolicyFetch.Fetched.Failed(var _, String detail) ->
                new CheckResult(
                        CHECK,
                        Grade.ERROR,
                        "mta-sts." + domain,
                        found,
                        "a policy over HTTPS",
                        "There is a record and no policy: the policy host " + detail + ".",
                        "Let mta-sts." + domain
                                + " lead to `[http] mta-sts-address`, with a certificate for that name.");
            case PolicyFetch.Fetched.Body(String text) ->
                switch (StsPolicy.parse(text.getBytes(StandardCharsets.ISO_8859_1))) {
                    case StsPolicy.Parsed.Invalid(String why) ->
                        new CheckResult(
                                CHECK,
                                Grade.ERROR,
                                "mta-sts." + domain,
                                found,
                                "",
                                "The policy " + why + ".",
                                "Correct the policy.");
                    case StsPolicy.Parsed.Valid(StsPolicy served) -> served(domain, place, found, served, ours);
                };
        };
    }

    private CheckResult served(
            Domain domain, Domain place, List<String> found, StsPolicy served, @Nullable StsPolicy ours) {
        boolean here = settings.receiving().contains(domain);
        if (here && served.mode() != StsPolicy.Mode.NONE && !StsPolicy.isCovered(settings.hostname(), served.hosts())) {
            return result(
                    Grade.ERROR,
                    place,
                    List.of(served.text().strip().split("\r\n", -1)),
                    ours,
                    "The policy does not name this server: who heeds it sends no mail here.",
                    "Add mx: " + settings.hostname() + " to the policy, and change the id of the record.");
        }
        if (ours != null && !ours.equals(served)) {
            return result(
                    Grade.WARNING,
                    place,
                    List.of(served.text().strip().split("\r\n", -1)),
                    ours,
                    "Another policy is served than this server has.",
                    "Let mta-sts." + domain + " lead here, or take mta-sts out of the [[domain]].");
        }
        return CheckResult.good(
                CHECK,
                place.ascii(),
                found,
                "The policy is served, of mode " + served.mode().word() + ".");
    }
}
