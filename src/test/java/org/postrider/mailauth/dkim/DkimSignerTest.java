package org.postrider.mailauth.dkim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.postrider.mail.Domain;
import org.postrider.mailauth.AuthResult;
import org.postrider.mailauth.TagList;
import org.postrider.testing.FakeResolver;
import org.postrider.testing.Requirement;

final class DkimSignerTest {
    private static final Instant NOW = Instant.parse("2026-11-26T12:00:00Z");
    private static final Domain DOMAIN = new Domain("example.net");
    private static final DkimKeyPair RSA = DkimKeyPair.generate(SigningAlgorithm.RSA_SHA256);
    private static final DkimKeyPair ED25519 = DkimKeyPair.generate(SigningAlgorithm.ED25519_SHA256);
    private static final FakeResolver DNS = new FakeResolver()
            .txt("r._domainkey.example.net", DkimRecord.of(DOMAIN, "r", RSA).text())
            .txt("e._domainkey.example.net", DkimRecord.of(DOMAIN, "e", ED25519).text());

    private static final SampleMail LETTER = SampleMail.of("""
            From: a@example.net
            To: b@example.org
            Subject: hello
            Date: Thu, 26 Nov 2026 12:00:00 +0000
            Message-ID: <1@example.net>
            List-Unsubscribe: <https://example.net/u>
            List-Unsubscribe-Post: List-Unsubscribe=One-Click

            Hello.
            """);

    private static DkimIdentity identity(String selector, DkimKeyPair pair) {
        return new DkimIdentity(DOMAIN, selector, new KeySigner(CryptoProviders.best(), Runnable::run, pair));
    }

    private static DkimSigner signer(DkimSigner.Form form) {
        return new DkimSigner(CryptoProviders.best(), List.of(identity("r", RSA), identity("e", ED25519)), form);
    }

    private static void verifies(SampleMail mail) {
        assertThat(mail.verify(DNS, DkimSettings.DEFAULT, NOW).results())
                .hasSize(2)
                .allSatisfy(result ->
                        assertThat(result.result()).as(result.reason()).isEqualTo(AuthResult.PASS));
    }

    @Test
    void signsTwiceOverOnePass() {
        List<String> fields = LETTER.sign(signer(DkimSigner.Form.DEFAULT), NOW);
        assertThat(fields).hasSize(2);
        assertThat(fields.get(0)).contains("a=rsa-sha256").endsWith("\r\n");
        assertThat(fields.get(1)).contains("a=ed25519-sha256");
        assertThat(String.join("", fields).split("\r\n", -1))
                .allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(78));
        verifies(LETTER.below(fields));
    }

    @Test
    @Requirement({"RFC 6376 §8.15", "RFC 8058 §4"})
    void signsOnceMoreWhatNobodyMayAdd() {
        String field = LETTER.sign(signer(DkimSigner.Form.DEFAULT), NOW).getFirst();
        TagList tags = TagList.parse(field.substring(field.indexOf(':') + 1)).orElseThrow();
        List<String> names = Arrays.asList(tags.compact("h").orElseThrow().split(":", -1));
        assertThat(names.stream().filter("from"::equals)).hasSize(2);
        assertThat(names.stream().filter("cc"::equals)).hasSize(1);
        assertThat(names.stream().filter("list-unsubscribe-post"::equals)).hasSize(2);
        assertThat(names).doesNotContain("received", "return-path", "sender");
        SampleMail more = LETTER.below(List.of(field)).below(List.of("List-Unsubscribe: <https://evil.example>\n"));
        assertThat(more.verify(DNS, DkimSettings.DEFAULT, NOW)
                        .results()
                        .getFirst()
                        .result())
                .isEqualTo(AuthResult.FAIL);
    }

    @Test
    void aSignatureExpiresWhereItIsToldTo() {
        DkimSigner.Form form = new DkimSigner.Form(
                Canonicalization.SIMPLE,
                Canonicalization.SIMPLE,
                List.of("from"),
                List.of("subject"),
                Optional.of(Duration.ofDays(1)));
        SampleMail mail = LETTER.below(LETTER.sign(signer(form), NOW));
        verifies(mail);
        assertThat(mail.verify(DNS, DkimSettings.DEFAULT, NOW.plus(Duration.ofDays(2)))
                        .results())
                .allSatisfy(result -> assertThat(result.result()).isEqualTo(AuthResult.PERMERROR));
    }

    @Test
    void aFormWithoutFromIsRefused() {
        assertThatThrownBy(() -> new DkimSigner.Form(
                        Canonicalization.RELAXED, Canonicalization.RELAXED, List.of("to"), List.of(), Optional.empty()))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aSignerThatFailsFailsTheWhole() {
        Signer broken = new Signer() {
            @Override
            public SigningAlgorithm algorithm() {
                return SigningAlgorithm.RSA_SHA256;
            }

            @Override
            public CompletionStage<byte[]> sign(byte[] octets) {
                return CompletableFuture.failedFuture(new IOException("the key store is away"));
            }
        };
        DkimSigner signer = new DkimSigner(
                CryptoProviders.best(),
                List.of(identity("r", RSA), new DkimIdentity(DOMAIN, "x", broken)),
                DkimSigner.Form.DEFAULT);
        assertThatThrownBy(() -> LETTER.sign(signer, NOW))
                .isInstanceOf(CompletionException.class)
                .hasRootCauseMessage("the key store is away");
    }

    @Test
    void lanesTakeWorkUntilTooMuchWaits() {
        CountDownLatch open = new CountDownLatch(1);
        try (SigningLanes lanes = new SigningLanes(1, 2)) {
            Runnable waits = () -> {
                try {
                    open.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            };
            for (int i = 0; i < 3; i++) {
                lanes.execute(waits);
            }
            CompletionStage<byte[]> refused = new KeySigner(CryptoProviders.best(), lanes, RSA).sign(new byte[0]);
            assertThatThrownBy(() -> refused.toCompletableFuture().join())
                    .hasCauseInstanceOf(RejectedExecutionException.class);
            open.countDown();
        }
    }

    @Test
    void keysSurviveTheirPem() {
        for (DkimKeyPair pair : List.of(RSA, ED25519)) {
            DkimKeyPair.Read read = DkimKeyPair.read("some words\n" + pair.pem());
            assertThat(read).isInstanceOf(DkimKeyPair.Found.class);
            DkimKeyPair same = ((DkimKeyPair.Found) read).pair();
            assertThat(same.publicKey().getEncoded()).isEqualTo(pair.publicKey().getEncoded());
            assertThat(same.bits()).isEqualTo(pair.bits());
            assertThat(same.toString()).doesNotContain("PrivateKey").contains("***");
        }
        byte[] pkcs1 = Arrays.copyOfRange(
                RSA.privateKey().getEncoded(), 26, RSA.privateKey().getEncoded().length);
        String pem = "-----BEGIN RSA PRIVATE KEY-----\n"
                + Base64.getMimeEncoder().encodeToString(pkcs1) + "\n-----END RSA PRIVATE KEY-----\n";
        assertThat(DkimKeyPair.read(pem)).isInstanceOf(DkimKeyPair.Found.class);
    }

    @Test
    void keysThatAreNoneAreTold() {
        assertThat(DkimKeyPair.read("")).isInstanceOf(DkimKeyPair.Bad.class);
        assertThat(DkimKeyPair.read(RSA.pem().replace("BEGIN PRIVATE KEY-----\nM", "BEGIN PRIVATE KEY-----\nA")))
                .isInstanceOf(DkimKeyPair.Bad.class);
        assertThat(DkimKeyPair.read(RSA.pem().replace("PRIVATE", "ENCRYPTED PRIVATE"))
                        .toString())
                .contains("without a passphrase");
    }

    @Test
    @Requirement("RFC 1035 §3.3")
    void longRecordsAreCutForTheZone() {
        DkimRecord record = DkimRecord.of(DOMAIN, "r", RSA);
        assertThat(record.strings())
                .hasSize(2)
                .allSatisfy(string -> assertThat(string.length()).isLessThanOrEqualTo(255));
        assertThat(String.join("", record.strings())).isEqualTo(record.text());
        assertThat(record.zoneText()).startsWith("r._domainkey.example.net. IN TXT ( \"v=DKIM1; k=rsa; p=MII");
        assertThat(DkimRecord.of(DOMAIN, "e", ED25519).zoneText())
                .matches("e\\._domainkey\\.example\\.net\\. IN TXT \"v=DKIM1; k=ed25519; p=[A-Za-z0-9+/]{43}=\"\n");
    }

    @Provide
    Arbitrary<String> lines() {
        return Arbitraries.of("word", "two words", " ", "", "tab\tbed", "end ", ".", "\u00e9", "--", "a=b; c")
                .list()
                .ofMaxSize(12)
                .map(list -> String.join("\n", list));
    }

    @Provide
    Arbitrary<String> values() {
        return Arbitraries.of("one", "two  three", "folded\n\tline", "\u00e9\u00e8", "a;b=c", "")
                .list()
                .ofMinSize(1)
                .ofMaxSize(4)
                .map(list -> String.join(" x", list));
    }

    /** Whatever is signed verifies, and does so after all that relaxed signatures are to outlive. */
    @Property(tries = 300)
    void whatWeSignVerifiesAfterHarmlessChanges(@ForAll("values") String subject, @ForAll("lines") String body) {
        SampleMail mail =
                SampleMail.of("From: a@example.net\nSubject: " + subject + "\nTo:b@example.org\n\n" + body + "\n");
        SampleMail signed = mail.below(mail.sign(signer(DkimSigner.Form.DEFAULT), NOW));
        verifies(signed);
        String text = signed.text();
        int blank = text.indexOf("\r\n\r\n");
        String header = text.substring(0, blank)
                .replace("Subject:", "SUBJECT :")
                .replace("\nTo:", "\nTO: \t")
                .replaceAll("(?<=[a-z;]) (?=[a-z])", "\r\n\t ");
        String after = text.substring(blank).replaceAll("(?<=[a-z]) (?=[a-z])", " \t ") + "\r\n \r\n";
        verifies(SampleMail.of("Received: from a\r\n" + header + after));
    }
}
