package org.postrider.mailauth.dkim;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPairGenerator;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.RSAPublicKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postrider.dns.Answer;
import org.postrider.mail.Domain;
import org.postrider.mailauth.AuthResult;
import org.postrider.mailauth.dkim.DkimSettings.BodyLimits;
import org.postrider.testing.FakeResolver;
import org.postrider.testing.Requirement;

final class DkimVerificationTest {
    private static final Instant NOW = Instant.parse("2026-11-26T12:00:00Z");
    private static final String KEY_NAME = "s1._domainkey.example.net";
    private static final DkimKeyPair PAIR = DkimKeyPair.generateRsa(1_024);
    private static final DkimSettings MARKED =
            new DkimSettings(10, Duration.ofMinutes(5), Duration.ofSeconds(5), BodyLimits.MARKED);

    private static final SampleMail LETTER = SampleMail.of("""
            Received: from a by b; Thu, 26 Nov 2026 11:59:00 +0000
            From: a@example.net
            To: b@example.org
            Subject: a  subject
             that is folded

            Hello,

              there.
            """);

    private static final String KEY_RECORD = record("k=rsa", PAIR.publicKey().getEncoded());

    private static String record(String tags, byte[] key) {
        return "v=DKIM1; " + tags + "; p=" + Base64.getEncoder().encodeToString(key);
    }

    private static FakeResolver dns() {
        return new FakeResolver().txt(KEY_NAME, KEY_RECORD);
    }

    /** A signature with these tags, some of which may be changed, made as whoever signs by himself would. */
    private static SampleMail signed(SampleMail mail, String tags) {
        return signed(mail, tags, PAIR);
    }

    private static SampleMail signed(SampleMail mail, String tags, DkimKeyPair pair) {
        MessagePass pass = mail.pass(dns(), DkimSettings.DEFAULT, NOW);
        String limit = tags.contains("l=") ? tags.replaceAll(".*\\bl=(\\d+).*", "$1") : "";
        BodyHashes.BodyHash hash = pass.body()
                .want(
                        tags.contains("c=relaxed/relaxed") ? Canonicalization.RELAXED : Canonicalization.SIMPLE,
                        limit.isEmpty() ? BodyHashes.WHOLE : Long.parseLong(limit));
        mail.play(pass::write);
        pass.finish();
        FoldedField field = new FoldedField("DKIM-Signature");
        boolean hasHash = false;
        for (String tag : tags.split("; *", -1)) {
            int equals = tag.indexOf('=');
            hasHash |= tag.startsWith("bh=");
            field.tag(tag.substring(0, equals), tag.substring(equals + 1));
        }
        if (!hasHash) {
            field.tag("bh", Base64.getEncoder().encodeToString(hash.value()));
        }
        List<String> names = List.of(tags.replaceAll("(?s).*\\bh=([^;]*).*", "$1")
                .toLowerCase(Locale.ROOT)
                .split(" *: *", -1));
        Signer signer = new KeySigner(CryptoProviders.jdk(), Runnable::run, pair);
        Canonicalization form = tags.contains("c=relaxed") ? Canonicalization.RELAXED : Canonicalization.SIMPLE;
        String text = DkimSigner.sealed(field, form, names, mail.header(), signer)
                .toCompletableFuture()
                .join();
        return mail.below(List.of(text));
    }

    private static final String TAGS = "v=1; a=rsa-sha256; d=example.net; s=s1; h=From:To:Subject";

    private static DkimResult only(SampleMail mail, FakeResolver dns, DkimSettings settings) {
        List<DkimResult> results = mail.verify(dns, settings, NOW).results();
        assertThat(results).hasSize(1);
        return results.getFirst();
    }

    private static DkimResult only(SampleMail mail) {
        return only(mail, dns(), DkimSettings.DEFAULT);
    }

    private static void isRefused(DkimResult result, AuthResult expected, String reason) {
        assertThat(result.result()).as(result.reason()).isEqualTo(expected);
        assertThat(result.reason()).contains(reason);
    }

    @ParameterizedTest
    @CsvSource({"simple/simple", "relaxed/relaxed", "relaxed", "simple"})
    void passesWhatWasSigned(String form) {
        DkimResult result = only(signed(LETTER, TAGS + "; c=" + form));
        assertThat(result.result()).as(result.reason()).isEqualTo(AuthResult.PASS);
        assertThat(result.domain()).contains(new Domain("example.net"));
        assertThat(result.selector()).isEqualTo("s1");
        assertThat(result.keyBits()).isEqualTo(1_024);
        assertThat(result.signatureStart()).hasSize(8);
    }

    @Test
    void aMessageWithoutSignaturesHasNoResults() {
        assertThat(LETTER.verify(dns(), DkimSettings.DEFAULT, NOW)).isEqualTo(new DkimResults(List.of(), 0));
    }

    @Test
    void failsWhereTheBodyOrTheHeaderHasChanged() {
        String mail = signed(LETTER, TAGS).text();
        isRefused(only(SampleMail.of(mail.replace("there", "where"))), AuthResult.FAIL, "body has changed");
        isRefused(only(SampleMail.of(mail.replace("a  subject", "a subject"))), AuthResult.FAIL, "does not verify");
        isRefused(only(SampleMail.of(mail.replace("s=s1; h", "s=s1;  h"))), AuthResult.FAIL, "does not verify");
    }

    /** The attack that oversigning is for: one more field of a name that readers look at. */
    @Test
    @Requirement({"J2", "RFC 6376 §8.15"})
    void oneMoreFieldBreaksASignatureThatSaysThereIsNone() {
        SampleMail mail = signed(LETTER, TAGS.replace("Subject", "Subject:Subject:From:Cc"));
        assertThat(only(mail).result()).isEqualTo(AuthResult.PASS);
        for (String more : List.of("From: evil@example.com\n", "Subject: buy\n", "Cc: c@example.com\n")) {
            isRefused(only(mail.below(List.of(more))), AuthResult.FAIL, "does not verify");
        }
        assertThat(only(mail.below(List.of("X-More: 1\n"))).result()).isEqualTo(AuthResult.PASS);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "v=1                        | v=2                     | PERMERROR | v= is not 1",
                "v=1;                       | ''                      | PERMERROR | v= is not 1",
                "a=rsa-sha256               | a=rsa-sha1              | PERMERROR | rsa-sha1",
                "a=rsa-sha256               | a=rsa-md5               | PERMERROR | a= is unknown",
                "d=example.net              | d=example..net          | NEUTRAL   | d= is no domain",
                "d=example.net              | d=                      | NEUTRAL   | d= is no domain",
                "s=s1                       | s=s1 s2..               | NEUTRAL   | s= is no selector",
                "h=From:To:Subject          | h=To:Subject            | PERMERROR | From is not signed",
                "h=From:To:Subject          | h=From::Subject         | NEUTRAL   | h= is missing",
                "h=From:To:Subject          | c=odd; h=From           | PERMERROR | c= is unknown",
                "h=From:To:Subject          | q=http; h=From          | PERMERROR | q=",
                "h=From:To:Subject          | i=x@example.org; h=From | PERMERROR | not within d=",
                "h=From:To:Subject          | i=x@badexample.net;h=From|PERMERROR | not within d=",
                "h=From:To:Subject          | i=nothing; h=From       | NEUTRAL   | i= has no domain",
                "h=From:To:Subject          | l=-1; h=From            | NEUTRAL   | l= is no number",
                "h=From:To:Subject          | l=99999999999999999999999999; h=From | NEUTRAL | l= is no number",
                "h=From:To:Subject          | t=2; x=1; h=From        | PERMERROR | x= is not after t=",
                "h=From:To:Subject          | x=1764158400; h=From    | PERMERROR | expired",
                "h=From:To:Subject          | t=1999999999; h=From    | PERMERROR | future",
                "h=From:To:Subject          | bh=?; h=From            | NEUTRAL   | bh=",
                "h=From:To:Subject          | h=From; h=To            | NEUTRAL   | no list of tags",
                "h=From:To:Subject          | h=From;;x=              | NEUTRAL   | no list of tags",
            })
    @Requirement({"J2", "RFC 6376 §6.1.1"})
    void tagsThatMakeNoSenseAreToldAndNothingIsAsked(String tag, String other, AuthResult result, String reason) {
        FakeResolver dns = dns();
        String field = "DKIM-Signature: " + TAGS.replace(tag, other) + "; b=AAAA; bh=AAAA\n";
        String sound = other.contains("bh=") ? field.replace("; bh=AAAA", "") : field;
        isRefused(only(LETTER.below(List.of(sound)), dns, DkimSettings.DEFAULT), result, reason);
        assertThat(dns.questions()).isZero();
    }

    @Test
    void theTagsThatDecideNothingAreNoTrouble() {
        String more = "; q=dns/txt:odd; z=From:a=40b|To:c; unknown=1; t="
                + NOW.minusSeconds(60).getEpochSecond() + "; x="
                + NOW.plusSeconds(60).getEpochSecond() + "; i=a=20b@Sub.Example.NET";
        DkimResult result = only(signed(LETTER, TAGS + more));
        assertThat(result.result()).as(result.reason()).isEqualTo(AuthResult.PASS);
        assertThat(result.auid()).isEqualTo("a b@Sub.Example.NET");
    }

    @Test
    @Requirement("RFC 8616 §4")
    void internationalizedNamesAreAskedForInAsciiLetters() {
        String utf8 = new String("b\u00fccher.example".getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
        FakeResolver dns = new FakeResolver().txt("s1._domainkey.xn--bcher-kva.example", KEY_RECORD);
        String field = "DKIM-Signature: " + TAGS.replace("example.net", utf8) + "; b=AAAA; bh=AAAA\n";
        DkimResult result = only(LETTER.below(List.of(field)), dns, DkimSettings.DEFAULT);
        assertThat(result.domain()).contains(new Domain("xn--bcher-kva.example"));
        assertThat(result.result()).isEqualTo(AuthResult.FAIL);
    }

    @Test
    @Requirement({"J2", "RFC 6376 §8.2"})
    void aLimitThatLeavesOctetsUncoveredIsNotAccepted() {
        SampleMail mail = signed(LETTER, TAGS + "; l=20");
        SampleMail more = new SampleMail((mail.text() + "Buy!\r\n").getBytes(StandardCharsets.ISO_8859_1));
        assertThat(only(mail).result()).isEqualTo(AuthResult.PASS);
        isRefused(only(more), AuthResult.POLICY, "l= leaves 6 octets");
        DkimResult marked = only(more, dns(), MARKED);
        assertThat(marked.result()).isEqualTo(AuthResult.PASS);
        assertThat(marked.bodyLimited()).isTrue();
        isRefused(only(signed(LETTER, TAGS + "; l=21")), AuthResult.PERMERROR, "larger than the body");
        isRefused(only(signed(LETTER, TAGS + "; l=0")), AuthResult.POLICY, "l= leaves 20 octets");
    }

    @Test
    @Requirement("J2")
    void ofManySignaturesOnlySomeAreLookedAt() {
        SampleMail mail = signed(LETTER, TAGS);
        List<String> junk = new ArrayList<>();
        for (int i = 0; i < 1_500; i++) {
            junk.add("DKIM-Signature: " + TAGS.replace("s1", "s" + i) + "; b=AAAA; bh=AAAA\n");
        }
        FakeResolver dns = dns();
        DkimResults results = mail.below(junk).verify(dns, DkimSettings.DEFAULT, NOW);
        assertThat(results.results()).hasSize(10);
        assertThat(results.unseen()).isEqualTo(1_491);
        assertThat(dns.questions()).isEqualTo(10);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "v=DKIM1; p=                | PERMERROR | revoked",
                "v=DKIM1; k=rsa             | PERMERROR | no p=",
                "v=DKIM2; p=AAAA            | PERMERROR | not of DKIM1",
                "k=rsa; v=DKIM1; p=AAAA     | PERMERROR | not of DKIM1",
                "v=DKIM1; p=AAAA            | PERMERROR | no RSA key",
                "v=DKIM1; p=?               | PERMERROR | no base64",
                "v=DKIM1; k=dsa; p=AAAA     | PERMERROR | unknown type",
                "v=DKIM1; k=ed25519; p=AAAA | PERMERROR | no Ed25519 key",
                "v=spf1 -all                | PERMERROR | not of DKIM1",
                "v=DKIM1; h=sha1; p=%s      | PERMERROR | not for sha256",
                "v=DKIM1; s=other; p=%s     | PERMERROR | not for mail",
                "p=%s                       | PASS      | ''",
                "v=DKIM1; g=; h=sha1:sha256; s=email; n=x; p=%s | PASS | ''",
                "v=DKIM1; t=y:s; s=*; p=%s  | PASS      | ''",
                "v=DKIM1; k=rsa; p=%s;      | PASS      | ''",
            })
    @Requirement({"RFC 6376 §3.6.1", "RFC 6376 §6.1.2"})
    void readsKeyRecords(String record, AuthResult result, String reason) {
        String text = record.replace(
                "%s", Base64.getEncoder().encodeToString(PAIR.publicKey().getEncoded()));
        DkimResult found = only(signed(LETTER, TAGS), new FakeResolver().txt(KEY_NAME, text), DkimSettings.DEFAULT);
        isRefused(found, result, reason);
        assertThat(found.testing()).isEqualTo(record.contains("t=y"));
    }

    @Test
    void aKeyForItsDomainAloneRefusesOnesBelow() {
        FakeResolver dns = new FakeResolver().txt(KEY_NAME, KEY_RECORD.replace("k=rsa", "t=s"));
        isRefused(
                only(signed(LETTER, TAGS + "; i=@sub.example.net"), dns, DkimSettings.DEFAULT),
                AuthResult.PERMERROR,
                "for d= alone");
        assertThat(only(signed(LETTER, TAGS + "; i=@example.net"), dns, DkimSettings.DEFAULT)
                        .result())
                .isEqualTo(AuthResult.PASS);
    }

    @Test
    void ofSeveralRecordsAnyMayFit() {
        FakeResolver dns = new FakeResolver()
                .txt(KEY_NAME, "v=spf1 -all")
                .txt(KEY_NAME, "v=DKIM1; p=")
                .txt(
                        KEY_NAME,
                        record(
                                "k=rsa",
                                DkimKeyPair.generateRsa(1_024).publicKey().getEncoded()))
                .txt(KEY_NAME, KEY_RECORD);
        assertThat(only(signed(LETTER, TAGS), dns, DkimSettings.DEFAULT).result())
                .isEqualTo(AuthResult.PASS);
    }

    /** As RFC 6376 says, and as hardly anybody does it. */
    @Test
    void aBareRsaPublicKeyIsRead() {
        byte[] info = PAIR.publicKey().getEncoded();
        byte[] bare = Arrays.copyOfRange(info, 22, info.length);
        FakeResolver dns = new FakeResolver().txt(KEY_NAME, record("k=rsa", bare));
        assertThat(only(signed(LETTER, TAGS), dns, DkimSettings.DEFAULT).result())
                .isEqualTo(AuthResult.PASS);
    }

    @Test
    @Requirement({"J2", "RFC 8301 §3.2"})
    void keysThatAreTooShortOrCostTooMuchAreNotUsed() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(768);
        SampleMail mail = signed(LETTER, TAGS);
        byte[] weak = generator.generateKeyPair().getPublic().getEncoded();
        FakeResolver dns = new FakeResolver().txt(KEY_NAME, record("k=rsa", weak));
        isRefused(only(mail, dns, DkimSettings.DEFAULT), AuthResult.PERMERROR, "768 bits, which is too short");

        KeyFactory factory = KeyFactory.getInstance("RSA");
        BigInteger modulus = ((RSAPublicKey) PAIR.publicKey()).getModulus();
        byte[] slow = factory.generatePublic(new RSAPublicKeySpec(modulus, modulus.subtract(BigInteger.TWO)))
                .getEncoded();
        byte[] huge = factory.generatePublic(
                        new RSAPublicKeySpec(BigInteger.TWO.pow(5_000).add(BigInteger.ONE), BigInteger.valueOf(65_537)))
                .getEncoded();
        for (byte[] costly : List.of(slow, huge)) {
            FakeResolver other = new FakeResolver().txt(KEY_NAME, record("k=rsa", costly));
            assertThat(only(mail, other, DkimSettings.DEFAULT).result()).isEqualTo(AuthResult.PERMERROR);
        }
    }

    @Test
    void aKeyOfAnotherTypeDoesNotVerify() {
        DkimKeyPair other = DkimKeyPair.generate(SigningAlgorithm.ED25519_SHA256);
        String record = DkimRecord.of(new Domain("example.net"), "s1", other).text();
        isRefused(
                only(signed(LETTER, TAGS), new FakeResolver().txt(KEY_NAME, record), DkimSettings.DEFAULT),
                AuthResult.PERMERROR,
                "another type");
    }

    @Test
    void aKeyThatIsNotThereIsForGoodAndOneThatCannotBeAskedForIsNot() {
        SampleMail mail = signed(LETTER, TAGS);
        isRefused(only(mail, new FakeResolver(), DkimSettings.DEFAULT), AuthResult.PERMERROR, "there is no key");
        FakeResolver failing = dns().failing(KEY_NAME, Answer.Failure.TIMEOUT);
        isRefused(only(mail, failing, DkimSettings.DEFAULT), AuthResult.TEMPERROR, "cannot be looked up");
    }

    @Test
    void anExecutorThatRefusesOrForgetsIsATemporaryError() {
        SampleMail mail = signed(LETTER, TAGS);
        DkimSettings hasty = new DkimSettings(10, Duration.ZERO, Duration.ofMillis(1), BodyLimits.REFUSED);
        List<Executor> executors = List.of(
                _ -> {
                    throw new RejectedExecutionException();
                },
                _ -> {});
        for (Executor executor : executors) {
            MessagePass pass =
                    MessagePass.of(mail.header(), new KeyLookups(dns(), executor), CryptoProviders.best(), hasty, NOW);
            DkimVerification verification = new DkimVerification(pass);
            mail.play(pass::write);
            pass.finish();
            assertThat(verification.results().results().getFirst().result()).isEqualTo(AuthResult.TEMPERROR);
        }
    }

    @Test
    void bothProvidersComeToTheSame() {
        for (SigningAlgorithm algorithm : SigningAlgorithm.values()) {
            DkimKeyPair pair = DkimKeyPair.generate(algorithm);
            byte[] octets = {1, 2, 3};
            for (CryptoProviders signs : List.of(CryptoProviders.jdk(), CryptoProviders.best())) {
                byte[] signature = new KeySigner(signs, Runnable::run, pair)
                        .sign(octets)
                        .toCompletableFuture()
                        .join();
                for (CryptoProviders verifies : List.of(CryptoProviders.jdk(), CryptoProviders.best())) {
                    assertThat(verifies.verify(algorithm, pair.publicKey(), octets, signature))
                            .isTrue();
                    assertThat(verifies.verify(algorithm, pair.publicKey(), octets, new byte[3]))
                            .isFalse();
                    assertThat(verifies.verify(algorithm, pair.publicKey(), new byte[1], signature))
                            .isFalse();
                }
            }
        }
    }
}
