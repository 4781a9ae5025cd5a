package org.postrider.domain;

import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import org.postrider.dns.Resolver;
import org.postrider.dns.Tlsa;
import org.postrider.domain.CheckResult.Grade;
import org.postrider.mail.Domain;
import org.postrider.tlspolicy.DaneLookup;
import org.postrider.tlspolicy.DaneTlsa;

/** Whether the TLSA records of our own host fit its certificates (RFC 7672): where they do not, no mail comes. */
final class TlsaCheck {
    private static final String CHECK = "tlsa";
    private static final int PORT = 25;

    private final Resolver resolver;
    private final InstantSource clock;
    private final Domain hostname;

    TlsaCheck(Resolver resolver, InstantSource clock, Domain hostname) {
        this.resolver = resolver;
        this.clock = clock;
        this.hostname = hostname;
    }

    /**
     * Empty where the host has no signed records, or nothing of ours validates DNSSEC.
     *
     * @param domain whose mail comes to the host
     * @param chains the certificates that the host may show, one with those above it for each kind of key; empty where they
     *     are not known
     */
    Optional<CheckResult> check(Domain domain, List<List<X509Certificate>> chains) {
        String subject = "_" + PORT + "._tcp." + hostname;
        return switch (new DaneLookup(resolver, PORT).find(hostname, List.of(domain))) {
            case DaneLookup.Result.None _ -> Optional.empty();
            case DaneLookup.Result.Unknown(boolean bogus, String detail) ->
                Optional.of(
                        bogus
                                ? new CheckResult(
                                        CHECK,
                                        Grade.ERROR,
                                        subject,
                                        List.of(),
                                        "",
                                        "Its zone's signatures are not valid (DNSSEC): " + detail,
                                        "Sign the zone anew, or take its DS record out.")
                                : CheckResult.unknown(CHECK, subject, detail));
            case DaneLookup.Result.Unusable _ ->
                Optional.of(new CheckResult(
                        CHECK,
                        Grade.ERROR,
                        subject,
                        List.of(),
                        "3 1 1 and the SHA-256 of the certificate's public key",
                        "There are TLSA records, and none can be used (RFC 7672 §3.1).",
                        "Publish the wanted record."));
            case DaneLookup.Result.Secure(DaneTlsa tlsa) -> Optional.of(secure(subject, tlsa, chains));
        };
    }

    private CheckResult secure(String subject, DaneTlsa tlsa, List<List<X509Certificate>> chains) {
        List<String> found = tlsa.records().stream().map(Tlsa::text).toList();
        if (chains.isEmpty()) {
            return new CheckResult(
                    CHECK,
                    Grade.ADVICE,
                    subject,
                    found,
                    "",
                    "There are usable TLSA records; the server's certificate is not known to this command.",
                    "See that they fit it: `postrider certificate list`.");
        }
        List<String> fitting = new ArrayList<>();
        for (List<X509Certificate> chain : chains) {
            switch (tlsa.match(chain, clock.instant())) {
                case DaneTlsa.Match.Matched(Tlsa by) -> fitting.add(by.text());
                case DaneTlsa.Match.Mismatched(var _, String detail) -> {
                    return misfit(subject, found, kind(chain, chains), detail);
                }
            }
        }
        return CheckResult.good(
                CHECK,
                subject,
                found,
                String.join(" and ", new LinkedHashSet<>(fitting))
                        + (chains.size() == 1 ? " fits our certificate." : " fit our certificates."));
    }

    /** Which certificate it is, where there are several: clients choose by the kind of its key. */
    private static String kind(List<X509Certificate> chain, List<List<X509Certificate>> chains) {
        return chains.size() == 1 || chain.isEmpty()
                ? ""
                : " by the key of kind " + chain.getFirst().getPublicKey().getAlgorithm();
    }

    private static CheckResult misfit(String subject, List<String> found, String kind, String detail) {
        return new CheckResult(
                CHECK,
                Grade.ERROR,
                subject,
                found,
                "records that fit each certificate",
                "Who heeds DANE sends no mail here" + kind + ": the host " + detail + ".",
                "Publish a record for the certificate that is in use, and one for the next before it is.");
    }
}
