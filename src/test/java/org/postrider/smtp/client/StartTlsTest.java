package org.postrider.smtp.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.postrider.smtp.client.Fixtures.PATIENT;
import static org.postrider.smtp.client.Fixtures.completed;
import static org.postrider.smtp.client.Fixtures.hastyAt;
import static org.postrider.smtp.client.Fixtures.message;

import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postrider.mail.Reply;
import org.postrider.smtp.client.Opening.TlsTrouble;
import org.postrider.testing.FakePeer;
import org.postrider.testing.PoliteScript;
import org.postrider.testing.Requirement;
import org.postrider.testing.TestCertificate;
import org.postrider.tls.Authorities;
import org.postrider.tls.ClientEngines;

/** TLS as a client: when it is begun, what it is worth, and all the ways in which it fails. */
@Timeout(60)
class StartTlsTest {
    private static final TestCertificate AUTHORITY = TestCertificate.authority("Test CA");
    private static final TestCertificate GOOD = AUTHORITY.issue("peer.example");
    private static final TlsRequirement VERIFY = new TlsRequirement.Verify(Set.of("peer.example"));

    private final ClientTls tls = trusting(AUTHORITY);

    private static ClientTls trusting(TestCertificate... authorities) {
        Authorities believed = Authorities.of(
                List.of(authorities).stream().map(TestCertificate::certificate).toList());
        return new ClientTls(new ClientEngines(), () -> believed, InstantSource.system());
    }

    private static Dial dial(FakePeer peer, TlsRequirement requirement) {
        return new Dial(peer.address(), "peer.example", null, "client.example", Protocol.SMTP, requirement);
    }

    private Opening open(FakePeer peer, TlsRequirement requirement) {
        return SmtpConnection.open(dial(peer, requirement), PATIENT, tls);
    }

    private SmtpConnection ready(FakePeer peer, TlsRequirement requirement) {
        return ready(open(peer, requirement));
    }

    private static SmtpConnection ready(Opening opening) {
        assertThat(opening).isInstanceOf(Opening.Ready.class);
        return ((Opening.Ready) opening).connection();
    }

    private static TlsTrouble trouble(Opening opening) {
        assertThat(opening).isInstanceOf(Opening.TlsFailed.class);
        return ((Opening.TlsFailed) opening).trouble();
    }

    /** Greets, offers STARTTLS, says 220 and then what is given. */
    private static FakePeer.Script afterStartTls(FakePeer.Script then) {
        return line -> {
            line.say("220 peer.example");
            line.hear();
            line.say("250-peer.example", "250 STARTTLS");
            line.hear();
            then.play(line);
        };
    }

    @Test
    @Requirement({"conf-64", "RFC 3207 §4.2"})
    void secondEhloIsTheOneThatCounts() {
        FakePeer.Script other = line -> {
            line.say("220 peer.example");
            line.hear();
            line.say("250-peer.example", "250-SIZE 5", "250-PIPELINING", "250 STARTTLS");
            line.hear();
            line.say("220 Go");
            line.secure(GOOD.serverContext());
            line.hear();
            line.say("250-peer.example", "250 SIZE 1000");
            line.hear();
        };
        try (FakePeer peer = FakePeer.playing(other);
                SmtpConnection connection = ready(peer, new TlsRequirement.May())) {
            assertThat(connection.capabilities().octetsMax()).hasValue(1_000);
            assertThat(connection.capabilities().pipelining()).isFalse();
            assertThat(connection.capabilities().startTls()).isFalse();
            assertThat(peer.lines().getFirst().heard())
                    .containsExactly("EHLO client.example", "STARTTLS", "EHLO client.example");
        }
    }

    @Test
    void sendsMessagesAndTellsOfTheSession() {
        PoliteScript polite = PoliteScript.offering("PIPELINING").startTls(GOOD);
        try (FakePeer peer = FakePeer.playing(polite);
                SmtpConnection connection = ready(peer, VERIFY)) {
            completed(connection.send(message("a@p.example")));
            completed(connection.send(message("b@p.example")));
            assertThat(polite.messages()).hasSize(2);
            TlsSession session = connection.tls().orElseThrow();
            assertThat(session.text()).matches("TLSv1\\.3 TLS_\\w+ trusted");
            assertThat(session.facts().peerChain()).startsWith(GOOD.certificate());
        }
    }

    @Test
    void isInClearWhereNothingElseIsAskedOrOffered() {
        try (FakePeer offering = FakePeer.playing(PoliteScript.offering().startTls(GOOD));
                FakePeer silent = FakePeer.playing(PoliteScript.offering());
                SmtpConnection unasked = ready(offering, new TlsRequirement.None());
                SmtpConnection unoffered = ready(silent, new TlsRequirement.May())) {
            assertThat(unasked.tls()).isEmpty();
            assertThat(unoffered.tls()).isEmpty();
        }
    }

    @Test
    @Requirement({"B5", "RFC 3207 §6"})
    void strippedStartTlsIsNeverClearTextWhereTlsIsRequired() {
        for (TlsRequirement requirement : List.of(new TlsRequirement.Encrypt(), VERIFY)) {
            try (FakePeer peer = FakePeer.playing(PoliteScript.offering("PIPELINING"))) {
                assertThat(trouble(open(peer, requirement))).isEqualTo(TlsTrouble.NOT_OFFERED);
                assertThat(peer.ended(0).heard()).containsExactly("EHLO client.example", "QUIT");
            }
        }
    }

    @Test
    @Requirement("RFC 3207 §4")
    void refusedStartTlsIsForThePolicyToJudge() {
        PoliteScript refusing = PoliteScript.offering().startTls(GOOD).answering("STARTTLS", "454 4.7.0 Not now");
        try (FakePeer peer = FakePeer.playing(refusing)) {
            SmtpConnection inClear = ready(peer, new TlsRequirement.May());
            completed(inClear.send(message("a@p.example")));
            inClear.close();
            assertThat(open(peer, new TlsRequirement.Encrypt()))
                    .isInstanceOfSatisfying(Opening.TlsFailed.class, failed -> {
                        assertThat(failed.trouble()).isEqualTo(TlsTrouble.REFUSED);
                        assertThat(failed.reply()).isEqualTo(Reply.of(454, "4.7.0", "Not now"));
                    });
            assertThat(peer.ended(1).heard()).containsExactly("EHLO client.example", "STARTTLS", "QUIT");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"220 Go\r\n250-AUTH PLAIN\r\n", "220 Go\r\n250 peer.example\r\n", "220 Go\r\n\u0000"})
    @Requirement({"B4", "conf-69"})
    void whatComesWithThe220BreaksTheConnection(String injected) {
        FakePeer.Script script = afterStartTls(line -> {
            line.sayOctets(injected.getBytes(StandardCharsets.US_ASCII));
            line.hear();
        });
        for (TlsRequirement requirement : List.of(new TlsRequirement.May(), new TlsRequirement.Encrypt())) {
            try (FakePeer peer = FakePeer.playing(script)) {
                assertThat(open(peer, requirement)).isInstanceOfSatisfying(Opening.Failed.class, failed -> {
                    assertThat(failed.failure()).isEqualTo(Failure.PROTOCOL);
                    assertThat(failed.stage()).isEqualTo(Stage.TLS);
                });
                assertThat(peer.ended(0).heard()).containsExactly("EHLO client.example", "STARTTLS");
            }
        }
    }

    @Test
    @Requirement("B4")
    void aReplyInClearInsteadOfAHandshakeIsNoReply() {
        FakePeer.Script script = afterStartTls(line -> {
            line.say("220 Go");
            // Not before the client has begun to shake hands.
            line.hearOctets(1);
            line.say("250-AUTH PLAIN", "250 peer.example");
            line.hearOut();
        });
        try (FakePeer peer = FakePeer.playing(script)) {
            assertThat(trouble(open(peer, new TlsRequirement.May()))).isEqualTo(TlsTrouble.HANDSHAKE);
        }
    }

    @Test
    void brokenHandshakesAreToldApartFromBrokenConnections() {
        List<FakePeer.Script> broken = List.of(
                FakePeer.Line::drop,
                FakePeer.Line::reset,
                line -> {
                    line.hearOctets(1);
                    line.drop();
                },
                line -> {
                    line.hearOctets(1);
                    line.sayOctets(new byte[] {21, 3, 3, 0, 2, 2, 40});
                    line.hearOut();
                },
                line -> {
                    line.hearOctets(1);
                    line.sayOctets(new byte[] {22, 3, 3, (byte) 0xff, (byte) 0xff, 1});
                    line.hearOut();
                },
                line -> line.secure(GOOD.serverContext()));
        for (FakePeer.Script each : broken) {
            FakePeer.Script script = afterStartTls(line -> {
                line.say("220 Go");
                each.play(line);
            });
            try (FakePeer peer = FakePeer.playing(script)) {
                assertThat(trouble(open(peer, new TlsRequirement.May()))).isEqualTo(TlsTrouble.HANDSHAKE);
            }
        }
    }

    @Test
    @Requirement("K4")
    void handshakeEndsInTime() {
        FakePeer.Script silent = afterStartTls(line -> {
            line.say("220 Go");
            line.hearOut();
        });
        try (FakePeer peer = FakePeer.playing(silent)) {
            Opening opening = SmtpConnection.open(dial(peer, new TlsRequirement.Encrypt()), hastyAt(Stage.TLS), tls);
            assertThat(trouble(opening)).isEqualTo(TlsTrouble.HANDSHAKE);
            assertThat(((Opening.TlsFailed) opening).what()).contains("did not end in time");
        }
    }

    @Test
    void anyCertificateDoesUnlessItIsToBeVerified() {
        List<TestCertificate> poor = List.of(
                TestCertificate.selfSigned("peer.example"),
                AUTHORITY.issueExpired("peer.example"),
                AUTHORITY.issue("other.example"),
                TestCertificate.authority("Another CA").issue("peer.example"));
        List<Authorities.Reason> reasons = List.of(
                Authorities.Reason.NOT_TRUSTED,
                Authorities.Reason.EXPIRED,
                Authorities.Reason.HOST_MISMATCH,
                Authorities.Reason.NOT_TRUSTED);
        for (int i = 0; i < poor.size(); i++) {
            Authorities.Reason reason = reasons.get(i);
            try (FakePeer peer = FakePeer.playing(PoliteScript.offering().startTls(poor.get(i)))) {
                for (TlsRequirement lenient : List.of(new TlsRequirement.May(), new TlsRequirement.Encrypt())) {
                    try (SmtpConnection connection = ready(peer, lenient)) {
                        assertThat(connection.tls().orElseThrow().verdict())
                                .isInstanceOfSatisfying(
                                        Authorities.Verdict.Distrusted.class,
                                        verdict -> assertThat(verdict.reason()).isEqualTo(reason));
                        completed(connection.send(message("a@p.example")));
                    }
                }
                assertThat(trouble(open(peer, VERIFY))).isEqualTo(TlsTrouble.CERTIFICATE);
                assertThat(peer.ended(2).heard())
                        .doesNotContain("EHLO client.example".repeat(2))
                        .endsWith("QUIT");
            }
        }
    }

    @Test
    @Requirement("RFC 3207 §4.1")
    void aCertificateOfOneOfTheNamesDoes() {
        try (FakePeer peer = FakePeer.playing(PoliteScript.offering().startTls(AUTHORITY.issue("mx.other.example")))) {
            TlsRequirement named = new TlsRequirement.Verify(Set.of("a.example", "mx.other.example"));
            ready(peer, named).close();
            assertThat(trouble(open(peer, new TlsRequirement.Verify(Set.of("a.example", "b.example")))))
                    .isEqualTo(TlsTrouble.CERTIFICATE);
        }
    }

    @Test
    @Requirement({"conf-70", "RFC 8314 §3.3"})
    void speaksTlsFromTheFirstOctetWhereTheRouteSaysSo() {
        PoliteScript polite = PoliteScript.offering().implicitTls(GOOD);
        try (FakePeer peer = FakePeer.playing(polite)) {
            for (TlsRequirement requirement : List.of(new TlsRequirement.May(), new TlsRequirement.Encrypt(), VERIFY)) {
                Dial dial =
                        new Dial(peer.address(), "peer.example", null, "client.example", Protocol.SMTPS, requirement);
                try (SmtpConnection connection = ready(SmtpConnection.open(dial, PATIENT, tls))) {
                    assertThat(connection.tls()).isPresent();
                    completed(connection.send(message("a@p.example")));
                }
            }
            assertThat(peer.ended(0).heard().getFirst()).isEqualTo("EHLO client.example");
        }
    }

    @Test
    void clearTextBehindASmtpsRouteIsAFailedHandshake() {
        try (FakePeer peer = FakePeer.playing(PoliteScript.offering())) {
            Dial dial = new Dial(
                    peer.address(), "peer.example", null, "client.example", Protocol.SMTPS, new TlsRequirement.May());
            assertThat(trouble(SmtpConnection.open(dial, PATIENT, tls))).isEqualTo(TlsTrouble.HANDSHAKE);
            assertThatThrownBy(() -> SmtpConnection.open(dial, PATIENT)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void sessionTicketsAreNotSpeakingOutOfTurn() {
        try (FakePeer peer =
                        FakePeer.playing(PoliteScript.offering("PIPELINING").startTls(GOOD));
                SmtpConnection connection = ready(peer, new TlsRequirement.May())) {
            for (int i = 0; i < 5; i++) {
                assertThat(connection.probe()).isTrue();
                completed(connection.send(message("a@p.example")));
            }
        }
    }

    @Test
    void noticesThatAnIdleServerHasLeft() throws Exception {
        List<FakePeer.Script> leavings = List.of(
                FakePeer.Line::endTls,
                FakePeer.Line::drop,
                FakePeer.Line::reset,
                line -> line.say("421 4.4.2 Idle for too long"));
        for (FakePeer.Script leaving : leavings) {
            FakePeer.Script script = afterStartTls(line -> {
                line.say("220 Go");
                line.secure(GOOD.serverContext());
                line.hear();
                line.say("250 peer.example");
                line.hear();
                line.say("250 Ok");
                line.hear();
                line.say("550 No");
                leaving.play(line);
            });
            try (FakePeer peer = FakePeer.playing(script);
                    SmtpConnection connection = ready(peer, new TlsRequirement.May())) {
                completed(connection.send(message("a@p.example")));
                peer.ended(0);
                assertThat(connection.reusable() && connection.probe()).isFalse();
            }
        }
    }

    @Test
    void laterConnectionsResumeTheSession() {
        try (FakePeer peer = FakePeer.playing(PoliteScript.offering().startTls(GOOD))) {
            for (int i = 0; i < 2; i++) {
                try (SmtpConnection connection = ready(peer, VERIFY)) {
                    completed(connection.send(message("a@p.example")));
                    assertThat(connection.tls().orElseThrow().verdict().isTrusted())
                            .isTrue();
                }
            }
            // A resumed session keeps the time at which the first one was made.
            assertThat(Objects.requireNonNull(peer.ended(1).tls()).getCreationTime())
                    .isEqualTo(Objects.requireNonNull(peer.ended(0).tls()).getCreationTime());
        }
    }
}
