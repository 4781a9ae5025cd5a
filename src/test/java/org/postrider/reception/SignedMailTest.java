package org.postrider.reception;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postrider.mail.BodyType;
import org.postrider.mail.Domain;
import org.postrider.mail.Envelope;
import org.postrider.mail.MailParameters;
import org.postrider.mail.QueueId;
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
import org.postrider.mailauth.dkim.SigningAlgorithm;
import org.postrider.mailauth.sign.SigningDesk;
import org.postrider.spool.RamSpool;
import org.postrider.testing.FakeResolver;
import org.postrider.testing.Requirement;

/** What is signed is made 7-bit before, where it can be, and nothing else is touched. */
@Timeout(30)
final class SignedMailTest {
    private static final Domain AUTHOR = new Domain("example.org");
    private static final DkimKeyPair PAIR = DkimKeyPair.generate(SigningAlgorithm.ED25519_SHA256);
    private static final DkimRecord RECORD = DkimRecord.of(AUTHOR, "s", PAIR);
    private static final FakeResolver DNS = new FakeResolver().txt(RECORD.name().ascii(), RECORD.text());

    private static final String HEAD =
            "From: alice@example.org\r\nDate: Thu, 26 Nov 2026 10:00:00 +0000\r\nMessage-ID: <1@example.org>\r\n";
    private static final String TEXT = HEAD
            + "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n";
    private static final String SIGNED = HEAD
            + "MIME-Version: 1.0\r\nContent-Type: multipart/signed; boundary=b\r\n\r\n--b\r\n"
            + "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\nGrüße\r\n--b\r\n"
            + "Content-Type: application/pgp-signature\r\n\r\nx\r\n--b--\r\n";

    private final FaultySpool spool = new FaultySpool(new RamSpool());
    private final Lobby lobby = new Lobby(spool);

    private void signing(boolean converting) {
        DkimIdentity identity =
                new DkimIdentity(AUTHOR, "s", new KeySigner(CryptoProviders.best(), Runnable::run, PAIR));
        Map<Domain, DkimSigner> signers =
                Map.of(AUTHOR, new DkimSigner(CryptoProviders.best(), List.of(identity), DkimSigner.Form.DEFAULT));
        lobby.signing = new SigningDesk() {
            @Override
            public Optional<DkimSigner> signer(Domain author) {
                return Optional.ofNullable(signers.get(author));
            }

            @Override
            public boolean convertsEightBit() {
                return converting;
            }
        };
    }

    private static Envelope envelope(BodyType body) {
        Envelope plain = Lobby.envelope("<bob@elsewhere.example>");
        return new Envelope(plain.reversePath(), MailParameters.PLAIN.carrying(body), plain.recipients());
    }

    private QueueId accepted(String content) {
        return lobby.accepted(Lobby.FRIEND, envelope(BodyType.EIGHT_BIT_MIME), content);
    }

    private BodyType body(QueueId id) throws IOException {
        return spool.find(id).orElseThrow().arrival().envelope().parameters().body();
    }

    private void assertSigned(QueueId id) throws IOException {
        byte[] octets = spool.content(id).readAllBytes();
        SampleMail mail = SampleMail.of(new String(octets, StandardCharsets.ISO_8859_1));
        assertThat(mail.octets()).isEqualTo(octets);
        assertThat(mail.verify(DNS, DkimSettings.DEFAULT, Lobby.NOW).results())
                .extracting(DkimResult::result)
                .containsExactly(AuthResult.PASS);
    }

    @Test
    @Requirement("RFC 6376 §5.3")
    void eightBitTextIsConvertedBeforeItIsSigned() throws IOException {
        signing(true);
        QueueId id = accepted(TEXT + "Grüße\r\nund mehr\r\n");
        assertThat(lobby.content(id))
                .endsWith(TEXT.replace("8bit", "quoted-printable") + "Gr=C3=BC=C3=9Fe\r\nund mehr\r\n");
        assertThat(body(id)).isEqualTo(BodyType.SEVEN_BIT);
        assertSigned(id);
    }

    @Test
    void largeContentIsConvertedToo() throws IOException {
        signing(true);
        QueueId id = accepted(TEXT + "Grüße und Küsse\r\n".repeat(50_000));
        assertThat(lobby.content(id)).endsWith("Gr=C3=BC=C3=9Fe und K=C3=BCsse\r\n".repeat(50_000));
        assertSigned(id);
    }

    @Test
    void sevenBitMailIsWrittenOnce() throws IOException {
        signing(true);
        QueueId id = accepted(TEXT + "hello\r\n");
        assertThat(lobby.content(id)).endsWith(TEXT + "hello\r\n");
        assertThat(body(id)).isEqualTo(BodyType.EIGHT_BIT_MIME);
        assertThat(spool.drafts).isEqualTo(1);
        assertSigned(id);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                SIGNED,
                HEAD + "\r\nnot MIME: ä\r\n",
                HEAD + "Subject: Grüße\r\nMIME-Version: 1.0\r\n\r\nä\r\n",
            })
    void whatCannotBeConvertedIsSignedAsItIs(String content) throws IOException {
        signing(true);
        QueueId id = accepted(content);
        assertThat(lobby.content(id)).endsWith(content);
        assertThat(body(id)).isEqualTo(BodyType.EIGHT_BIT_MIME);
        assertThat(spool.drafts).isEqualTo(1);
        assertSigned(id);
    }

    @Test
    void nothingIsConvertedWhereItIsNotWanted() throws IOException {
        signing(false);
        QueueId id = accepted(TEXT + "Grüße\r\n");
        assertThat(lobby.content(id)).endsWith(TEXT + "Grüße\r\n");
        assertSigned(id);
    }

    @Test
    void whatWeDoNotSignIsNotConverted() throws IOException {
        signing(true);
        String foreign = TEXT.replace("alice@example.org", "eve@example.com") + "Grüße\r\n";
        assertThat(lobby.content(accepted(foreign))).endsWith(foreign);
        QueueId strangers = lobby.accepted(Lobby.envelope("<bob@example.net>"), TEXT + "Grüße\r\n");
        assertThat(lobby.content(strangers)).endsWith(TEXT + "Grüße\r\n");
    }

    @Test
    void aDiskThatFailsWhileItIsConvertedLeavesNothing() {
        signing(true);
        spool.writesUntilFailure = 1;
        assertThat(lobby.deliver(Lobby.FRIEND, envelope(BodyType.EIGHT_BIT_MIME), TEXT + "Grüße\r\n")
                        .toString())
                .contains("451");
        assertThat(spool.open).isZero();
    }
}
