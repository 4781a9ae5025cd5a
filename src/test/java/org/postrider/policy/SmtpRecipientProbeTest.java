package org.postrider.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.postrider.mail.AddressLiteral;
import org.postrider.mail.Domain;
import org.postrider.mail.Mailbox;
import org.postrider.mail.MailboxGrammar;
import org.postrider.policy.PolicySettings.NextHop;
import org.postrider.policy.RecipientProbe.Result;
import org.postrider.smtp.client.ClientTls;
import org.postrider.smtp.client.Protocol;
import org.postrider.smtp.client.TlsRequirement;
import org.postrider.testing.FakePeer;
import org.postrider.testing.FakeResolver;
import org.postrider.testing.PoliteScript;
import org.postrider.testing.Requirement;
import org.postrider.testing.TestCertificate;
import org.postrider.tls.Authorities;
import org.postrider.tls.ClientEngines;

@Requirement("I1")
@Timeout(60)
final class SmtpRecipientProbeTest {
    private static final TestCertificate AUTHORITY = TestCertificate.authority("Test CA");
    private static final TestCertificate STORE = AUTHORITY.issue("store.example.net");
    private static final Mailbox BOB = MailboxGrammar.mailbox("bob@example.net").orElseThrow();

    private final SmtpRecipientProbe probe = new SmtpRecipientProbe(
            new FakeResolver(),
            () -> new Domain("mx.example.net"),
            new ClientTls(
                    new ClientEngines(),
                    () -> Authorities.of(List.of(AUTHORITY.certificate())),
                    InstantSource.system()));

    private Result ask(FakePeer peer, Protocol protocol, TlsRequirement tls) {
        NextHop server = new NextHop(
                protocol,
                new AddressLiteral(peer.address().getAddress()),
                peer.address().getPort(),
                tls);
        return probe.ask(server, BOB, Duration.ofSeconds(15));
    }

    private static void answered(Result result, int code) {
        assertThat(result)
                .isInstanceOfSatisfying(
                        Result.Answered.class,
                        answered -> assertThat(answered.reply().code()).isEqualTo(code));
    }

    private static boolean hadTls(FakePeer peer, int connection) {
        return peer.ended(connection).tls() != null;
    }

    @Test
    void asksUnderTlsWhereTheServerOffersIt() {
        try (FakePeer peer =
                FakePeer.playing(PoliteScript.offering("PIPELINING").startTls(STORE))) {
            answered(ask(peer, Protocol.SMTP, new TlsRequirement.May()), 250);
            assertThat(hadTls(peer, 0)).isTrue();
        }
    }

    @Test
    void asksInClearWhereItOffersNoneOrIsNotToBeAskedForIt() {
        try (FakePeer peer =
                FakePeer.playing(PoliteScript.offering("PIPELINING").answering("RCPT", "550 5.1.1 Nobody"))) {
            answered(ask(peer, Protocol.SMTP, new TlsRequirement.May()), 550);
        }
        try (FakePeer peer = FakePeer.playing(PoliteScript.offering().lmtp().startTls(STORE))) {
            answered(ask(peer, Protocol.LMTP, new TlsRequirement.None()), 250);
            assertThat(hadTls(peer, 0)).isFalse();
        }
    }

    @Test
    void asksOnceMoreInClearWhereTlsBreaksAndIsNotRequired() {
        FakePeer.Script broken = line -> {
            line.say("220 store.example.net");
            line.hear();
            line.say("250-store.example.net", "250 STARTTLS");
            line.hear();
            line.say("220 2.0.0 Go ahead");
        };
        try (FakePeer peer = FakePeer.playing(broken, PoliteScript.offering())) {
            answered(ask(peer, Protocol.SMTP, new TlsRequirement.May()), 250);
        }
        try (FakePeer peer = FakePeer.playing(broken, PoliteScript.offering())) {
            assertThat(ask(peer, Protocol.SMTP, new TlsRequirement.Encrypt())).isInstanceOf(Result.Failed.class);
            assertThat(peer.lines()).hasSize(1);
        }
    }

    @Test
    void asksNobodyWhoseCertificateDoesNotDo() {
        try (FakePeer peer = FakePeer.playing(PoliteScript.offering().startTls(STORE))) {
            TlsRequirement other = new TlsRequirement.Verify(Set.of("other.example.net"));
            assertThat(ask(peer, Protocol.SMTP, other)).isInstanceOf(Result.Failed.class);
        }
    }

    @Test
    void asksOverTlsFromTheFirstOctetOn() {
        try (FakePeer peer = FakePeer.playing(PoliteScript.offering().implicitTls(STORE))) {
            answered(ask(peer, Protocol.SMTPS, new TlsRequirement.Encrypt()), 250);
        }
    }
}
