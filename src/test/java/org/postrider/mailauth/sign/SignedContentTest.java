package org.postrider.mailauth.sign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postrider.mail.Domain;
import org.postrider.mailauth.AuthResult;
import org.postrider.mailauth.dkim.CryptoProviders;
import org.postrider.mailauth.dkim.DkimIdentity;
import org.postrider.mailauth.dkim.DkimKeyPair;
import org.postrider.mailauth.dkim.DkimRecord;
import org.postrider.mailauth.dkim.DkimResult;
import org.postrider.mailauth.dkim.DkimSettings;
import org.postrider.mailauth.dkim.DkimSigner;
import org.postrider.mailauth.dkim.KeySigner;
import org.postrider.mailauth.dkim.SampleMail;
import org.postrider.mailauth.dkim.Signer;
import org.postrider.mailauth.dkim.SigningAlgorithm;
import org.postrider.mailauth.sign.SignedContent.SigningFailure;
import org.postrider.testing.FakeResolver;

/** What our users send, signed on its way into the spool. */
class SignedContentTest {
    private static final Instant NOW = Instant.parse("2026-11-26T12:00:00Z");
    private static final Domain OURS = new Domain("example.net");
    private static final DkimKeyPair KEY = DkimKeyPair.generate(SigningAlgorithm.ED25519_SHA256);
    private static final String OURS_BEFORE = "Message-ID: <1@example.net>\r\n";

    private static SigningDesk desk(Signer signer) {
        DkimSigner dkim = new DkimSigner(
                CryptoProviders.best(), List.of(new DkimIdentity(OURS, "s", signer)), DkimSigner.Form.DEFAULT);
        return author -> author.equals(OURS) ? Optional.of(dkim) : Optional.empty();
    }

    private static SigningDesk desk() {
        return desk(new KeySigner(CryptoProviders.best(), Runnable::run, KEY));
    }

    private static String signatures(SigningDesk desk, String content, int slice) throws SigningFailure {
        SignedContent signed = new SignedContent(desk, () -> OURS_BEFORE, NOW);
        byte[] octets = content.getBytes(StandardCharsets.ISO_8859_1);
        for (int at = 0; at < octets.length; at += slice) {
            signed.write(octets, at, Math.min(slice, octets.length - at));
        }
        return signed.end();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7, 40, 1_000})
    void coversTheFieldsThatWePutBeforeItWhateverSlicesItComesIn(int slice) throws SigningFailure {
        String content = "From: a@example.net\r\nSubject: s\r\n folded\r\n\r\nbody \r\n\r\nmore\r\n";
        String fields = signatures(desk(), content, slice);
        assertThat(fields).startsWith("DKIM-Signature: ").endsWith("\r\n").contains("message-id:message-id");
        DkimRecord record = DkimRecord.of(OURS, "s", KEY);
        FakeResolver dns = new FakeResolver().txt(record.name().ascii(), record.text());
        assertThat(SampleMail.of(fields + OURS_BEFORE + content)
                        .verify(dns, DkimSettings.DEFAULT, NOW)
                        .results())
                .extracting(DkimResult::result)
                .containsExactly(AuthResult.PASS);
        assertThat(SampleMail.of(fields + content)
                        .verify(dns, DkimSettings.DEFAULT, NOW)
                        .results())
                .as("without the field that we had put there")
                .extracting(DkimResult::result)
                .containsExactly(AuthResult.FAIL);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "From: a@example.org\r\n\r\nanother domain's\r\n",
                "From: a@example.net, b@example.org\r\n\r\nof two domains\r\n",
                "From: a@example.net\r\nFrom: a@example.net\r\n\r\ntwo From fields\r\n",
                "Subject: no author\r\n\r\n",
                "no header\r\n",
                "",
            })
    void leavesUnsignedWhatIsNotOurAuthors(String content) throws SigningFailure {
        assertThat(signatures(desk(), content, 1_000)).isEmpty();
    }

    @Test
    void saysWhereItShouldHaveSignedAndCouldNot() {
        Signer broken = new Signer() {
            @Override
            public SigningAlgorithm algorithm() {
                return SigningAlgorithm.ED25519_SHA256;
            }

            @Override
            public CompletionStage<byte[]> sign(byte[] octets) {
                return CompletableFuture.failedFuture(new IOException("the key's host does not answer"));
            }
        };
        assertThatExceptionOfType(SigningFailure.class)
                .isThrownBy(() -> signatures(desk(broken), "From: a@example.net\r\n\r\n", 1_000))
                .withRootCauseInstanceOf(IOException.class);
    }
}
