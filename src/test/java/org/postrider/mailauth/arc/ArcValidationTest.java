package org.postrider.mailauth.arc;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postrider.dns.Answer;
import org.postrider.mail.Domain;
import org.postrider.mailauth.AuthResult;
import org.postrider.mailauth.dkim.CryptoProviders;
import org.postrider.mailauth.dkim.DkimIdentity;
import org.postrider.mailauth.dkim.DkimKeyPair;
import org.postrider.mailauth.dkim.DkimRecord;
import org.postrider.mailauth.dkim.DkimSettings;
import org.postrider.mailauth.dkim.KeySigner;
import org.postrider.mailauth.dkim.MessagePass;
import org.postrider.mailauth.dkim.SampleMail;
import org.postrider.mailauth.dkim.SigningAlgorithm;
import org.postrider.testing.FakeResolver;
import org.postrider.testing.Requirement;

final class ArcValidationTest {
    private static final Instant NOW = Instant.parse("2026-11-26T12:00:00Z");
    private static final DkimKeyPair PAIR = DkimKeyPair.generate(SigningAlgorithm.ED25519_SHA256);
    private static final Domain LIST = new Domain("list.example");
    private static final String KEY_NAME = "s._domainkey.list.example";
    private static final FakeResolver DNS =
            new FakeResolver().txt(KEY_NAME, DkimRecord.of(LIST, "s", PAIR).text());

    private static final SampleMail LETTER =
            SampleMail.of("From: a@example.net\nTo: b@example.org\nSubject: x\n\nHello.\n");

    private static final ArcSealer SEALER = new ArcSealer(
            CryptoProviders.best(),
            new DkimIdentity(LIST, "s", new KeySigner(CryptoProviders.best(), Runnable::run, PAIR)),
            ArcSealer.defaultForm());

    private static ArcResult validate(SampleMail mail, FakeResolver dns) {
        MessagePass pass = mail.pass(dns, DkimSettings.DEFAULT, NOW);
        ArcValidation validation = new ArcValidation(pass);
        mail.play(pass::write);
        pass.finish();
        return validation.result();
    }

    private static Optional<SampleMail> sealed(SampleMail mail) {
        return Optional.of(set(mail, validate(mail, DNS), mail, "list.example; spf=pass"))
                .filter(fields -> !fields.isEmpty())
                .map(mail::below);
    }

    /** The fields that are to stand above {@code body}, whose header section is that of {@code header}. */
    private static List<String> set(SampleMail header, ArcResult chain, SampleMail body, String results) {
        ArcSealer.Sealing sealing = SEALER.begin(header.header());
        body.play(sealing::write);
        return sealing.finish(chain, results, NOW).toCompletableFuture().join();
    }

    private static SampleMail sealedTimes(int sets) {
        SampleMail mail = LETTER;
        for (int i = 0; i < sets; i++) {
            mail = sealed(mail).orElseThrow();
        }
        return mail;
    }

    @Test
    void noFieldOfArcIsNoChain() {
        assertThat(validate(LETTER, DNS).result()).isEqualTo(AuthResult.NONE);
    }

    @Test
    @Requirement("RFC 8617 §5.2")
    void aChainPassesThroughSeveralHands() {
        ArcResult result = validate(sealedTimes(3), DNS);
        assertThat(result.result()).as(result.reason()).isEqualTo(AuthResult.PASS);
        assertThat(result.sets()).isEqualTo(3);
        assertThat(result.sealers()).containsExactly(LIST, LIST, LIST);
        assertThat(result.oldestPass()).isEqualTo(OptionalInt.of(0));
        assertThat(result.results()).contains(" list.example; spf=pass");
    }

    @Test
    void theOldestPassTellsWhoChangedTheMessage() {
        SampleMail changed = SampleMail.of(sealedTimes(1).text() + "-- \nthe list\n");
        assertThat(validate(changed, DNS).result()).isEqualTo(AuthResult.FAIL);
        SampleMail before = sealedTimes(1);
        SampleMail resealed = changed.below(set(before, validate(before, DNS), changed, "list.example; arc=pass"));
        ArcResult result = validate(resealed, DNS);
        assertThat(result.result()).as(result.reason()).isEqualTo(AuthResult.PASS);
        assertThat(result.oldestPass()).isEqualTo(OptionalInt.of(2));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Subject: x                       | Subject: y                          | does not verify",
                "Hello                            | Hallo                               | body has changed",
                "ARC-Seal: i=2                    | ARC-Seal: i=3                       | not complete",
                "ARC-Seal: i=2                    | ARC-Seal: i=1                       | two arc-seal",
                "ARC-Seal: i=2                    | ARC-Seal: i=0                       | no instance",
                "ARC-Seal: i=2                    | ARC-Seal: i=51                      | no instance",
                "ARC-Seal: i=2                    | X-Seal: i=2                         | not complete",
                "ARC-Seal: i=2                    | ARC-Seal: h=from; i=2               | a seal has no h=",
                "cv=pass                          | cv=none                             | cv=pass",
                "cv=none                          | cv=pass                             | cv=none",
                "cv=pass                          | cv=                                 | cv=pass",
                "cv=pass                          | cv=fail                             | says that the chain has failed",
                "ARC-Authentication-Results: i=1  | ARC-Authentication-Results: x; i=1  | no instance",
                "list.example; spf=pass           | list.example; spf=fail              | does not verify",
                "h=from:from                      | h=arc-seal:from:from                | h= has arc-seal",
                "s=s;                             | s=other;                            | no key",
            })
    @Requirement({"RFC 8617 §5.2", "RFC 8617 §4.1.3"})
    void whatBreaksAChainIsTold(String part, String other, String reason) {
        String text = sealedTimes(2).text();
        assertThat(text).contains(part);
        ArcResult result = validate(SampleMail.of(text.replaceFirst(part, other)), DNS);
        assertThat(result.result()).isEqualTo(AuthResult.FAIL);
        assertThat(result.reason()).contains(reason);
    }

    @Test
    @Requirement("RFC 8617 §5.2.1")
    void aKeyThatCannotBeAskedForFailsForGood() {
        FakeResolver failing = new FakeResolver().failing(KEY_NAME, Answer.Failure.TIMEOUT);
        assertThat(validate(sealedTimes(1), failing).result()).isEqualTo(AuthResult.FAIL);
    }

    @Test
    @Requirement("RFC 8617 §5.1.2")
    void aBrokenChainIsSealedOnceMoreAndThenNoMore() {
        SampleMail broken = SampleMail.of(sealedTimes(2).text() + "more\n");
        SampleMail marked = sealed(broken).orElseThrow();
        assertThat(marked.text()).contains("ARC-Seal: i=3;").contains("cv=fail;");
        assertThat(validate(marked, DNS).ended()).isTrue();
        assertThat(sealed(marked)).isEmpty();
    }

    @Test
    @Requirement("RFC 8617 §4.2.1")
    void fiftySetsAreTheMost() {
        SampleMail mail = sealedTimes(50);
        assertThat(validate(mail, DNS).result()).isEqualTo(AuthResult.PASS);
        assertThat(sealed(mail)).isEmpty();
        SampleMail more = mail.below(List.of("ARC-Seal: i=51; cv=pass\n"));
        assertThat(validate(more, DNS).result()).isEqualTo(AuthResult.FAIL);
    }

    @Test
    void aChainThatSomebodyTookAwayIsNotContinued() {
        ArcResult passed = validate(sealedTimes(2), DNS);
        assertThat(set(LETTER, passed, LETTER, "list.example; arc=pass")).isEmpty();
    }
}
