package org.postrider.tlspolicy;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postrider.dns.Tlsa;
import org.postrider.testing.Requirement;
import org.postrider.testing.TestCertificate;
import org.postrider.tlspolicy.DaneTlsa.Match;
import org.postrider.tlspolicy.DaneTlsa.Reason;

final class DaneTlsaTest {
    private static final String HOST = "mx.example.net";
    private static final Instant NOW = TestCertificate.validAt();
    private static final TestCertificate AUTHORITY = TestCertificate.authority("CA");

    static Tlsa record(int usage, int selector, int matchingType, X509Certificate certificate) {
        try {
            byte[] selected = selector == 0
                    ? certificate.getEncoded()
                    : certificate.getPublicKey().getEncoded();
            byte[] data = switch (matchingType) {
                case 1 -> MessageDigest.getInstance("SHA-256").digest(selected);
                case 2 -> MessageDigest.getInstance("SHA-512").digest(selected);
                default -> selected;
            };
            return new Tlsa(usage, selector, matchingType, HexFormat.of().formatHex(data));
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private static Match match(TestCertificate shown, Tlsa... records) {
        return DaneTlsa.of(List.of(records), HOST, Set.of(HOST)).orElseThrow().match(shown.chain(), NOW);
    }

    private static Reason reason(Match match) {
        assertThat(match).isInstanceOf(Match.Mismatched.class);
        return ((Match.Mismatched) match).reason();
    }

    @ParameterizedTest
    @CsvSource({"0,0", "0,1", "0,2", "1,0", "1,1", "1,2"})
    @Requirement({"RFC 7671 §5.1", "RFC 7672 §3.1.1"})
    void anOwnCertificateMatchesByEverySelectorAndType(int selector, int matchingType) {
        TestCertificate own = TestCertificate.selfSigned("somebody.else.example");

        assertThat(match(own, record(3, selector, matchingType, own.certificate())))
                .isInstanceOf(Match.Matched.class);
    }

    @Test
    @Requirement("RFC 7672 §3.1.1")
    void neitherNamesNorDatesOfAnOwnCertificateCount() {
        TestCertificate old = AUTHORITY.issueExpired("other.example");

        assertThat(match(old, record(3, 1, 1, old.certificate()))).isInstanceOf(Match.Matched.class);
    }

    @Test
    void anotherCertificateDoesNotMatch() {
        TestCertificate own = TestCertificate.selfSigned(HOST);
        TestCertificate other = TestCertificate.selfSigned(HOST);

        assertThat(reason(match(own, record(3, 1, 1, other.certificate())))).isEqualTo(Reason.NO_MATCH);
    }

    @Test
    void oneOfSeveralRecordsIsEnoughWhileKeysRollOver() {
        TestCertificate own = TestCertificate.selfSigned(HOST);
        TestCertificate next = TestCertificate.selfSigned(HOST);

        assertThat(match(own, record(3, 1, 1, next.certificate()), record(3, 1, 1, own.certificate())))
                .isInstanceOf(Match.Matched.class);
    }

    @ParameterizedTest
    @CsvSource({"0,0", "0,1", "1,1", "1,2"})
    @Requirement({"RFC 7671 §5.2", "RFC 7672 §3.1.2"})
    void anAuthorityVouchesForCertificatesOfTheRightName(int selector, int matchingType) {
        Tlsa authority = record(2, selector, matchingType, AUTHORITY.certificate());

        assertThat(match(AUTHORITY.issue(HOST), authority)).isInstanceOf(Match.Matched.class);
        assertThat(reason(match(AUTHORITY.issue("mx.other.example"), authority)))
                .isEqualTo(Reason.HOST_MISMATCH);
    }

    @Test
    @Requirement("RFC 7672 §3.2.2")
    void aCertificateForEveryDomainThatMailIsForDoesAsWellAsOneForTheHost() {
        DaneTlsa tlsa = DaneTlsa.of(List.of(record(2, 0, 1, AUTHORITY.certificate())), HOST, Set.of(HOST))
                .orElseThrow()
                .toward(List.of(Set.of("a.example.org", "example.com"), Set.of("b.example.org")));

        assertThat(tlsa.match(AUTHORITY.issue("*.example.org").chain(), NOW)).isInstanceOf(Match.Matched.class);
        assertThat(tlsa.match(AUTHORITY.issue(HOST).chain(), NOW)).isInstanceOf(Match.Matched.class);
        assertThat(tlsa.match(AUTHORITY.issue("b.example.org").chain(), NOW))
                .isInstanceOfSatisfying(
                        Match.Mismatched.class,
                        match -> assertThat(match.detail())
                                .isEqualTo("is for [b.example.org] and not"
                                        + " a.example.org or b.example.org or example.com or mx.example.net"));
    }

    @Test
    @Requirement("RFC 7672 §3.2.1")
    void namesOfDomainsAreNothingToAnOwnCertificate() {
        DaneTlsa tlsa = DaneTlsa.of(List.of(record(3, 0, 1, AUTHORITY.certificate())), HOST, Set.of(HOST))
                .orElseThrow();

        assertThat(tlsa.toward(List.of(Set.of("example.net")))).isEqualTo(tlsa);
    }

    @Test
    @Requirement("RFC 7672 §3.1.2")
    void anAuthorityDoesNotVouchForWhatIsOutOfDate() {
        Tlsa authority = record(2, 0, 1, AUTHORITY.certificate());

        assertThat(reason(match(AUTHORITY.issueExpired(HOST), authority))).isEqualTo(Reason.EXPIRED);
    }

    @Test
    @Requirement("RFC 7672 §3.1.2")
    void anAuthorityThatIsShownButHasNotIssuedIsNoMatch() {
        TestCertificate other = TestCertificate.authority("CA").issue(HOST);
        List<X509Certificate> mixed = List.of(other.certificate(), AUTHORITY.certificate());
        DaneTlsa tlsa = DaneTlsa.of(List.of(record(2, 0, 1, AUTHORITY.certificate())), HOST, Set.of(HOST))
                .orElseThrow();

        assertThat(reason(tlsa.match(mixed, NOW))).isEqualTo(Reason.NO_MATCH);
    }

    @Test
    @Requirement("RFC 7672 §3.1.2")
    void anAuthorityThatTheServerDoesNotShowIsTakenFromARecordThatHoldsItWhole() {
        List<X509Certificate> alone = List.of(AUTHORITY.issue(HOST).certificate());

        assertThat(DaneTlsa.of(List.of(record(2, 0, 0, AUTHORITY.certificate())), HOST, Set.of(HOST))
                        .orElseThrow()
                        .match(alone, NOW))
                .isInstanceOf(Match.Matched.class);
        assertThat(reason(DaneTlsa.of(List.of(record(2, 0, 1, AUTHORITY.certificate())), HOST, Set.of(HOST))
                        .orElseThrow()
                        .match(alone, NOW)))
                .isEqualTo(Reason.NO_MATCH);
    }

    @Test
    @Requirement("RFC 7671 §9")
    void onlyTheStrongestDigestCounts() {
        TestCertificate own = TestCertificate.selfSigned(HOST);
        TestCertificate other = TestCertificate.selfSigned(HOST);

        assertThat(reason(match(own, record(3, 1, 1, own.certificate()), record(3, 1, 2, other.certificate()))))
                .isEqualTo(Reason.NO_MATCH);
    }

    @ParameterizedTest
    @CsvSource({
        "0,0,1,64",
        "1,1,1,64",
        "3,2,1,64",
        "3,1,3,64",
        "3,1,1,0",
        "3,1,1,6",
        "3,1,1,66",
        "3,1,2,64",
        "3,0,0,0",
        "255,255,255,64",
        "3,0,0,140000"
    })
    @Requirement({"RFC 7672 §3.1.3", "K3"})
    void whatMailCannotUseIsLeftOut(int usage, int selector, int matchingType, int digits) {
        assertThat(DaneTlsa.of(
                        List.of(new Tlsa(usage, selector, matchingType, "a".repeat(digits))), HOST, Set.of(HOST)))
                .isEmpty();
    }

    @Test
    void aServerWithoutACertificateMatchesNothing() {
        Tlsa any = record(3, 1, 1, AUTHORITY.certificate());

        assertThat(reason(DaneTlsa.of(List.of(any), HOST, Set.of(HOST))
                        .orElseThrow()
                        .match(List.of(), NOW)))
                .isEqualTo(Reason.NO_CERTIFICATE);
    }
}
