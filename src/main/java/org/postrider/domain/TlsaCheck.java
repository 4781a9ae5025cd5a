package org.postrider.domain;

import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.postrider.dns.Resolver;
import org.postrider.dns.Tlsa;
import org.postrider.domain.CheckResult.Grade;
import org.postrider.mail.Domain;
import org.postrider.tlspolicy.DaneLookup;
import org.postrider.tlspolicy.DaneTlsa;

/** Whether the TLSA records of our own host fit its certificate (RFC 7672): where they do not, no mail comes. */
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
     * @param chain the certificates that the host shows; empty where they are not known
     */
    Optional<CheckResult> check(List<X509Certificate> chain) {
        String subject = "_" + PORT + "._tcp." + hostname;
        return switch (new DaneLookup(resolver, PORT).find(hostname)) {
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
            case DaneLookup.Result.Secure(DaneTlsa tlsa) -> Optional.of(secure(subject, tlsa, chain));
        };
    }

    private CheckResult secure(String subject, DaneTlsa tlsa, List<X509Certificate> chain) {
        List<String> found = tlsa.records().stream().map(Tlsa::text).toList();
        if (chain.isEmpty()) {
            return new CheckResult(
                    CHECK,
                    Grade.ADVICE,
                    subject,
                    found,
                    "",
                    "There are usable TLSA records; the server's certificate is not known to this command.",
                    "See that they fit it: `postrider certificate list`.");
        }
        return switch (tlsa.match(chain, clock.instant())) {
            case DaneTlsa.Match.Matched(Tlsa by) ->
                CheckResult.good(CHECK, subject, found, by.text() + " fits our certificate.");
            case DaneTlsa.Match.Mismatched(var _, String detail) ->
                new CheckResult(
                        CHECK,
                        Grade.ERROR,
                        subject,
                        found,
                        "records that fit the certificate",
                        "Who heeds DANE sends no mail here: the host " + detail + ".",
                        "Publish a record for the certificate that is in use, and one for the next before it is.");
        };
    }
}
