package org.postrider.tlspolicy;

import java.io.ByteArrayInputStream;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.CertPathValidator;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.postrider.dns.Tlsa;
import org.postrider.tls.CertifiedNames;

/**
 * What the signed TLSA records of a mail host say of its certificate (RFC 7671, RFC 7672 §3): the records that can be used,
 * and the names that a certificate must have where they name an authority.
 *
 * <p>With DANE-EE(3) the record is all: neither names nor dates of the certificate count (RFC 7671 §5.1). With DANE-TA(2) the
 * certificate must be issued by what the record names, be valid now, and have one of the names (§5.2). PKIX-TA(0) and
 * PKIX-EE(1) cannot be used for mail (RFC 7672 §3.1.3).
 *
 * <p>Thread: any.
 *
 * @param records the usable ones, at least one
 * @param base the name below which the records are
 * @param names of which a certificate must have one, where a record names an authority: the base, and the host whose alias
 *     it is
 * @param nextHops the names of each domain that mail is for; a certificate does as well that has one of each (RFC 7672
 *     §3.2.2)
 */
public record DaneTlsa(List<Tlsa> records, String base, Set<String> names, List<Set<String>> nextHops) {
    /** Records of one host that are looked at. */
    static final int RECORDS_MAX = 50;
    /** Octets of a record's data; a whole certificate is far shorter. */
    static final int DATA_OCTETS_MAX = 16 * 1_024;
    /** A server's certificates beyond these are not looked at. */
    private static final int CHAIN_MAX = 10;

    private static final int DANE_TA = 2;
    private static final int DANE_EE = 3;
    private static final int CERTIFICATE = 0;
    private static final int PUBLIC_KEY = 1;
    private static final int WHOLE = 0;
    private static final int SHA_256 = 1;
    private static final int SHA_512 = 2;

    public DaneTlsa {
        records = List.copyOf(records);
        names = Set.copyOf(names);
        nextHops = nextHops.stream().map(Set::copyOf).toList();
        if (records.isEmpty() || names.isEmpty()) {
            throw new IllegalArgumentException(records.size() + " records, " + names.size() + " names");
        }
    }

    /** What the records say of a server's certificates. */
    public sealed interface Match {
        record Matched(Tlsa by) implements Match {}

        /**
         * @param detail for people, a clause without a subject
         */
        record Mismatched(Reason reason, String detail) implements Match {}
    }

    /** Why no record matches, in the classes that reports tell apart (RFC 8460 §4.3). */
    public enum Reason {
        /** The server showed no certificate. */
        NO_CERTIFICATE,
        /** None of its certificates is what a record says, or leads to it. */
        NO_MATCH,
        /** One that a record's authority issued is not valid now. */
        EXPIRED,
        /** One that a record's authority issued is for other hosts. */
        HOST_MISMATCH
    }

    /**
     * Takes the records that can be used; empty where none can. Of the digests of one kind of thing only the strongest that
     * is there counts (RFC 7671 §9).
     */
    public static Optional<DaneTlsa> of(List<Tlsa> all, String base, Set<String> names) {
        List<Tlsa> usable =
                all.stream().limit(RECORDS_MAX).filter(DaneTlsa::isUsable).toList();
        List<Tlsa> strongest =
                usable.stream().filter(record -> !isOutdone(record, usable)).toList();
        return strongest.isEmpty() ? Optional.empty() : Optional.of(new DaneTlsa(strongest, base, names, List.of()));
    }

    /** Whether names of a certificate count. */
    public boolean namesAuthority() {
        return records.stream().anyMatch(record -> record.usage() == DANE_TA);
    }

    /** The same for mail to domains that have these names; without an authority, names are nothing to go by. */
    public DaneTlsa toward(List<Set<String>> domains) {
        return namesAuthority() ? new DaneTlsa(records, base, names, domains) : this;
    }

    /** RFC 7672 §3.1: the usages that mail knows, the selectors and matching types that exist, data of the right length. */
    static boolean isUsable(Tlsa record) {
        boolean known = (record.usage() == DANE_TA || record.usage() == DANE_EE)
                && (record.selector() == CERTIFICATE || record.selector() == PUBLIC_KEY);
        int octets = record.data().length() / 2;
        return known
                && switch (record.matchingType()) {
                    case WHOLE -> octets > 0 && octets <= DATA_OCTETS_MAX;
                    case SHA_256 -> octets == 32;
                    case SHA_512 -> octets == 64;
                    default -> false;
                };
    }

    private static boolean isOutdone(Tlsa record, List<Tlsa> usable) {
        return record.matchingType() == SHA_256
                && usable.stream()
                        .anyMatch(other -> other.matchingType() == SHA_512
                                && other.usage() == record.usage()
                                && other.selector() == record.selector());
    }

    /**
     * Judges a server's certificates.
     *
     * @param chain its own first
     */
    public Match match(List<X509Certificate> chain, Instant at) {
        if (chain.isEmpty()) {
            return new Match.Mismatched(Reason.NO_CERTIFICATE, "shows no certificate");
        }
        List<X509Certificate> looked = chain.subList(0, Math.min(chain.size(), CHAIN_MAX));
        Match best = new Match.Mismatched(Reason.NO_MATCH, "has a certificate that matches no TLSA record");
        for (Tlsa record : records) {
            Match match = record.usage() == DANE_EE ? matchOwn(record, looked) : matchIssuer(record, looked, at);
            switch (match) {
                case Match.Matched _ -> {
                    return match;
                }
                case Match.Mismatched(Reason reason, var _) -> {
                    // That an authority matched and something else is wrong tells more than that a record does not
                    // match.
                    best = reason == Reason.NO_MATCH ? best : match;
                }
            }
        }
        return best;
    }

    private static Match matchOwn(Tlsa record, List<X509Certificate> chain) {
        return isOf(record, chain.getFirst()) ? new Match.Matched(record) : noMatch();
    }

    private Match matchIssuer(Tlsa record, List<X509Certificate> chain, Instant at) {
        List<X509Certificate> issuers = new ArrayList<>(chain.subList(1, chain.size()));
        // RFC 7672 §3.1.2: the server must send the authority's certificate, unless the record holds all of it.
        inData(record).ifPresent(issuers::add);
        Match match = noMatch();
        for (int i = 0; i < issuers.size() && !(match instanceof Match.Matched); i++) {
            X509Certificate issuer = issuers.get(i);
            if (isOf(record, issuer)) {
                int length = Math.min(i + 1, chain.size());
                match = issuedBy(issuer, chain.subList(0, length), at)
                        .map(Match.class::cast)
                        .orElseGet(() -> named(record, chain.getFirst()));
            }
        }
        return match;
    }

    private Match named(Tlsa record, X509Certificate own) {
        // RFC 7672 §3.2.3 would take the common name where there is no other; RFC 9525 §2 has done away with that.
        CertifiedNames certified = CertifiedNames.of(own);
        if (coversAny(certified, names)
                || (!nextHops.isEmpty() && nextHops.stream().allMatch(domain -> coversAny(certified, domain)))) {
            return new Match.Matched(record);
        }
        Stream<String> wanted = Stream.concat(names.stream(), nextHops.stream().flatMap(Set::stream));
        return new Match.Mismatched(
                Reason.HOST_MISMATCH,
                "is for " + certified.all() + " and not "
                        + wanted.distinct().sorted().collect(Collectors.joining(" or ")));
    }

    private static boolean coversAny(CertifiedNames certified, Set<String> wanted) {
        return wanted.stream().anyMatch(certified::cover);
    }

    /** What is wrong with the path from the server's own certificate to an issuer; empty where nothing is. */
    private static Optional<Match.Mismatched> issuedBy(X509Certificate issuer, List<X509Certificate> path, Instant at) {
        for (X509Certificate each : path) {
            if (at.isAfter(each.getNotAfter().toInstant())
                    || at.isBefore(each.getNotBefore().toInstant())) {
                return Optional.of(new Match.Mismatched(
                        Reason.EXPIRED,
                        "has a certificate (" + each.getSubjectX500Principal().getName() + ") that is valid from "
                                + each.getNotBefore().toInstant() + " to "
                                + each.getNotAfter().toInstant()));
            }
        }
        try {
            PKIXParameters parameters = new PKIXParameters(Set.of(new TrustAnchor(issuer, null)));
            parameters.setRevocationEnabled(false);
            parameters.setDate(Date.from(at));
            CertPathValidator.getInstance("PKIX")
                    .validate(CertificateFactory.getInstance("X.509").generateCertPath(path), parameters);
            return Optional.empty();
        } catch (GeneralSecurityException broken) {
            return Optional.of(new Match.Mismatched(
                    Reason.NO_MATCH, "has a certificate that the authority of its TLSA record has not issued"));
        }
    }

    private static Match noMatch() {
        return new Match.Mismatched(Reason.NO_MATCH, "");
    }

    private static boolean isOf(Tlsa record, X509Certificate certificate) {
        try {
            byte[] selected = record.selector() == CERTIFICATE
                    ? certificate.getEncoded()
                    : certificate.getPublicKey().getEncoded();
            byte[] association = switch (record.matchingType()) {
                case SHA_256 -> MessageDigest.getInstance("SHA-256").digest(selected);
                case SHA_512 -> MessageDigest.getInstance("SHA-512").digest(selected);
                default -> selected;
            };
            return HexFormat.of().formatHex(association).equals(record.data());
        } catch (GeneralSecurityException unreadable) {
            return false;
        }
    }

    /** The certificate that is the record's data, where it is one. */
    private static Optional<X509Certificate> inData(Tlsa record) {
        if (record.selector() != CERTIFICATE || record.matchingType() != WHOLE) {
            return Optional.empty();
        }
        try {
            byte[] data = HexFormat.of().parseHex(record.data());
            return Optional.of((X509Certificate)
                    CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(data)));
        } catch (CertificateException | IllegalArgumentException none) {
            return Optional.empty();
        }
    }
}
