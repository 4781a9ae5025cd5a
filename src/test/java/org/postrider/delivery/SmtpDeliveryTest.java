package org.postrider.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postrider.dns.Answer;
import org.postrider.event.Event;
import org.postrider.mail.BodyType;
import org.postrider.mail.Diagnosis;
import org.postrider.mail.DsnReturn;
import org.postrider.mail.MailParameters;
import org.postrider.mail.QueueId;
import org.postrider.queue.Outcome;
import org.postrider.queue.Outcome.Pushback;
import org.postrider.queue.Outcome.Result;
import org.postrider.queue.Outcome.SuccessNotice;
import org.postrider.queue.Site;
import org.postrider.smtp.client.ClientSettings;
import org.postrider.testing.FakePeer;
import org.postrider.testing.PoliteScript;
import org.postrider.testing.Requirement;

@Timeout(60)
final class SmtpDeliveryTest {

    private static final FakePeer.Script GREETS_AND_DROPS = line -> line.say("220 peer.example");

    private static String unreachable(Outcome outcome) {
        assertThat(outcome).isInstanceOf(Outcome.Unreachable.class);
        return ((Outcome.Unreachable) outcome).diagnosis().status().toString();
    }

    private static FakePeer.Script rejecting(String greeting) {
        return line -> {
            line.say(greeting);
            line.hear();
        };
    }

    @Test
    void deliversOverTheBestMxHostAndTellsOfIt() {
        PoliteScript polite = PoliteScript.offering("PIPELINING", "8BITMIME");
        try (FakePeer peer = FakePeer.playing(polite);
                Rig rig = Rig.by(peer)) {
            Outcome outcome = rig.deliver("bob@example.net");

            Result.Delivered delivered =
                    (Result.Delivered) ((Outcome.Answered) outcome).results().getFirst();
            assertThat(delivered.successNotice()).isEqualTo(SuccessNotice.RELAYED);
            String remote = "mx.example.net [127.0.0.1]:" + peer.address().getPort();
            assertThat(delivered.diagnosis().remote()).isEqualTo(remote);
            assertThat(polite.awaitMessage().content()).isEqualTo(StoredMail.CONTENT);
            assertThat(rig.events).singleElement().isInstanceOfSatisfying(Event.Attempted.class, attempted -> {
                assertThat(attempted.site()).isEqualTo("mx:mx.example.net");
                assertThat(attempted.remote()).isEqualTo(remote);
                assertThat(attempted.recipients()).containsExactly("bob@example.net");
                assertThat(attempted.reply()).isEqualTo("250 2.0.0 Taken");
                assertThat(attempted.tls()).isNull();
            });
        }
    }

    @Test
    @Requirement({"conf-37", "RFC 5321 §4.5.4.1"})
    void sendsOneCopyToManyRecipients() {
        PoliteScript polite = PoliteScript.offering("PIPELINING");
        try (FakePeer peer = FakePeer.playing(polite);
                Rig rig = Rig.by(peer)) {
            assertThat(Rig.results(rig.deliver("a@example.net", "b@example.net", "c@example.net")))
                    .hasSize(3)
                    .containsOnly("Delivered 2.0.0");
            assertThat(polite.messages()).hasSize(1);
            assertThat(polite.awaitMessage().recipients()).hasSize(3);
        }
    }

    @Test
    @Requirement({"conf-34", "RFC 5321 §4.2.1"})
    void refusesOneRecipientWithoutTheOthers() {
        PoliteScript polite = PoliteScript.offering()
                .answering("RCPT TO:<bad@", "550 5.1.1 Unknown")
                .answering("RCPT TO:<later@", "450 4.2.1 Later");
        try (FakePeer peer = FakePeer.playing(polite);
                Rig rig = Rig.by(peer)) {
            assertThat(Rig.results(rig.deliver("bad@example.net", "good@example.net", "later@example.net")))
                    .containsExactly("Refused 5.1.1", "Delivered 2.0.0", "Deferred 4.2.1");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "MAIL, 550 5.7.1 No, Refused 5.7.1",
        "DATA, 554 No, Refused 5.0.0",
        "., 550 5.7.1 Spam, Refused 5.7.1",
        "., 451 4.3.0 Disk, Deferred 4.3.0",
        "DATA, 421 4.3.2 Closing, Deferred 4.3.2"
    })
    @Requirement("conf-34")
    void takesWhatIsSaidOfTheMessageForAllRecipients(String stage, String reply, String result) {
        try (FakePeer peer = FakePeer.playing(PoliteScript.offering().answering(stage, reply));
                Rig rig = Rig.by(peer)) {
            assertThat(Rig.results(rig.deliver("a@example.net", "b@example.net")))
                    .containsExactly(result, result);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "552 Too many recipients, Deferred 4.5.3",
        "552 5.5.3 Too many recipients, Deferred 4.5.3",
        "552 5.2.2 Mailbox full, Refused 5.2.2"
    })
    @Requirement({"conf-22", "RFC 5321 §4.5.3.1.10"})
    void takesTooManyRecipientsForTemporary(String reply, String result) {
        PoliteScript script = PoliteScript.offering().answering("RCPT TO:<b@", reply);
        try (FakePeer peer = FakePeer.playing(script);
                Rig rig = Rig.by(peer)) {
            assertThat(Rig.results(rig.deliver("a@example.net", "b@example.net")))
                    .containsExactly("Delivered 2.0.0", result);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "499 What, Deferred 4.0.0",
        "599 What, Refused 5.0.0",
        "571 4.7.1 Confused, Refused 5.7.1",
        "450 5.1.1 Confused, Deferred 4.1.1"
    })
    @Requirement({"conf-36", "RFC 5321 §4.2.1"})
    void goesByTheFirstDigit(String reply, String result) {
        try (FakePeer peer = FakePeer.playing(PoliteScript.offering().answering("RCPT", reply));
                Rig rig = Rig.by(peer)) {
            assertThat(Rig.results(rig.deliver("a@example.net"))).containsExactly(result);
        }
    }

    @Test
    @Requirement({"RFC 5321 §5.1", "conf-33"})
    void triesTheNextHostWhereNothingWasSent() {
        PoliteScript polite = PoliteScript.offering();
        try (FakePeer peer = FakePeer.playing(
                        rejecting("421 4.3.2 Closing"),
                        GREETS_AND_DROPS,
                        PoliteScript.offering().answering("MAIL", "451 4.3.0 Not now"),
                        polite);
                Rig rig = Rig.by(peer)) {
            for (int i = 1; i < 4; i++) {
                rig.dns.mx("example.net", 10 + i, "mx" + i + ".example.net");
                rig.dns.address("mx" + i + ".example.net", "127.0.0.1");
            }
            assertThat(Rig.results(rig.deliver("a@example.net"))).containsExactly("Delivered 2.0.0");
            assertThat(peer.lines()).hasSize(4);
        }
    }

    @Test
    @Requirement({"RFC 5321 §5.2", "conf-33"})
    void triesTheOtherAddressesOfAHost() throws IOException {
        try (FakePeer peer = FakePeer.playing(PoliteScript.offering());
                Rig rig = Rig.by(peer)) {
            // Nobody listens at these.
            rig.dns.forget("mx.example.net").address("mx.example.net", "127.0.0.99", "::1", "127.0.0.1");

            assertThat(Rig.results(rig.deliver("a@example.net"))).containsExactly("Delivered 2.0.0");
        }
    }

    @Test
    @Requirement("K2")
    void dialsAFewOfManyAddresses() {
        try (FakePeer peer = FakePeer.playing(rejecting("421 4.3.2 Closing"));
                Rig rig = Rig.by(peer)) {
            for (int i = 1; i < 9; i++) {
                rig.dns.mx("example.net", 10 + i, "mx" + i + ".example.net");
                rig.dns.address("mx" + i + ".example.net", "127.0.0.1");
            }
            assertThat(unreachable(rig.deliver("a@example.net"))).isEqualTo("4.3.2");
            assertThat(peer.lines()).hasSize(DeliverySettings.DEFAULT.addressesMax());
        }
    }

    @Test
    void tellsWhereNobodyAnswers() throws IOException {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        try (Rig rig = new Rig(RouteTable.EMPTY, Rig.to(port))) {
            rig.dns.address("example.net", "127.0.0.1");

            assertThat(unreachable(rig.deliver("a@example.net"))).isEqualTo("4.4.1");
        }
    }

    @Test
    @Requirement({"conf-101", "RFC 7504 §3"})
    void bouncesOnlyWhereNoHostTakesMailAtAll() {
        try (FakePeer peer = FakePeer.playing(rejecting("521 5.3.2 No mail here"));
                Rig rig = Rig.by(peer)) {
            assertThat(Rig.results(rig.deliver("a@example.net"))).containsExactly("Refused 5.3.2");
        }
        try (FakePeer peer = FakePeer.playing(rejecting("521 No mail here"), PoliteScript.offering());
                Rig rig = Rig.by(peer)) {
            rig.dns.mx("example.net", 20, "mx2.example.net").address("mx2.example.net", "127.0.0.1");

            assertThat(Rig.results(rig.deliver("a@example.net"))).containsExactly("Delivered 2.0.0");
        }
    }

    @Test
    @Requirement("RFC 5321 §3.1")
    void takesOtherRefusalsOfTheSessionForTemporary() {
        try (FakePeer peer = FakePeer.playing(rejecting("554 5.7.1 Not you"));
                Rig rig = Rig.by(peer)) {
            assertThat(unreachable(rig.deliver("a@example.net"))).isEqualTo("4.7.1");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "MAIL, 421 4.3.2 Closing, SLOW_DOWN",
        "RCPT, 450 4.7.1 You send too fast, SLOW_DOWN",
        "RCPT, 450 4.7.1 Greylisted try again, NONE",
        "RCPT, 451 4.3.0 Disk, NONE",
        "RCPT, 452 4.5.3 Too many recipients, NONE",
        "RCPT, 550 5.7.1 Rate limit, NONE",
        "., 451 Message rate limit exceeded, SLOW_DOWN",
        "connect, 421 4.7.0 Too many connections, SLOW_DOWN"
    })
    void hearsWhereItIsToGoSlower(String stage, String reply, Pushback pushback) {
        try (FakePeer peer = FakePeer.playing(PoliteScript.offering().answering(stage, reply));
                Rig rig = Rig.by(peer)) {
            assertThat(rig.deliver("a@example.net"))
                    .isInstanceOfSatisfying(
                            Outcome.Answered.class,
                            answered -> assertThat(answered.pushback()).isEqualTo(pushback));
        }
    }

    @Test
    @Requirement({"K5", "RFC 5321 §4.5.3.2.6"})
    void neverSendsAgainWhatMayHaveBeenTaken() {
        FakePeer.Script takesAndDrops = line -> {
            line.say("220 peer.example");
            line.hear();
            line.say("250 peer.example");
            line.hear();
            line.say("250 ok");
            line.hear();
            line.say("250 ok");
            line.hear();
            line.say("354 go");
            line.hearContent();
        };
        try (FakePeer peer = FakePeer.playing(takesAndDrops);
                Rig rig = Rig.by(peer)) {
            rig.dns.mx("example.net", 20, "mx2.example.net").address("mx2.example.net", "127.0.0.1");

            assertThat(Rig.results(rig.deliver("a@example.net"))).containsExactly("Unanswered 4.4.2");
            assertThat(peer.lines()).hasSize(1);
        }
    }

    @Test
    @Requirement("K4")
    void takesNonsenseForATemporaryFailure() {
        try (FakePeer peer = FakePeer.playing(line -> line.sayOctets(new byte[] {0, 1, 2, '\n'}));
                Rig rig = Rig.by(peer)) {
            assertThat(unreachable(rig.deliver("a@example.net"))).startsWith("4.");
        }
    }

    @Test
    @Requirement({"conf-97", "RFC 6531 §3.5"})
    void bouncesWhatNeedsSmtpUtf8WhereThereIsNone() {
        MailParameters utf8 = new MailParameters(BodyType.EIGHT_BIT_MIME, true, DsnReturn.UNSPECIFIED, null);
        try (FakePeer peer = FakePeer.playing(PoliteScript.offering("8BITMIME"));
                Rig rig = Rig.by(peer)) {
            QueueId id = rig.spool.put("Subject: Grüße\r\n\r\nx\r\n", utf8, "bücher@example.net");

            assertThat(Rig.results(rig.attempt(id, rig.site(Rig.EXAMPLE)))).containsExactly("Refused 5.6.7");
        }
    }

    @Test
    @Requirement({"conf-48", "RFC 1870 §6.2"})
    void bouncesWhatIsTooBigForTheHost() {
        try (FakePeer peer = FakePeer.playing(PoliteScript.offering("SIZE 20"));
                Rig rig = Rig.by(peer)) {
            assertThat(Rig.results(rig.deliver("a@example.net"))).containsExactly("Refused 5.3.4");
        }
    }

    @Test
    void bouncesEightBitContentWhereOnlySevenBitsPass() {
        MailParameters eightBit = new MailParameters(BodyType.EIGHT_BIT_MIME, false, DsnReturn.UNSPECIFIED, null);
        try (FakePeer peer = FakePeer.playing(PoliteScript.offering());
                Rig rig = Rig.by(peer)) {
            QueueId id = rig.spool.put("Subject: x\r\n\r\nGrüße\r\n", eightBit, "a@example.net");

            assertThat(Rig.results(rig.attempt(id, rig.site(Rig.EXAMPLE)))).containsExactly("Refused 5.6.3");
        }
    }

    private static final String EIGHT_BIT_MIME =
            "Subject: x\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nGrüße\r\n";

    @Test
    @Requirement({"conf-94", "RFC 6152 §3"})
    void convertsEightBitContentWhereOnlySevenBitsPass() {
        MailParameters eightBit = new MailParameters(BodyType.EIGHT_BIT_MIME, false, DsnReturn.UNSPECIFIED, null);
        PoliteScript polite = PoliteScript.offering("SIZE", "LIMITS RCPTMAX=1");
        try (FakePeer peer = FakePeer.playing(polite);
                Rig rig = Rig.by(peer)) {
            QueueId id = rig.spool.put(EIGHT_BIT_MIME, eightBit, "a@example.net", "b@example.net");

            assertThat(Rig.results(rig.attempt(id, rig.site(Rig.EXAMPLE)))).containsOnly("Delivered 2.0.0");
            String converted = EIGHT_BIT_MIME
                    .replace("\r\n\r\n", "\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n")
                    .replace("Grüße", "Gr=C3=BC=C3=9Fe");
            for (PoliteScript.Message message : polite.messages()) {
                assertThat(message.content()).isEqualTo(converted);
                assertThat(message.mail()).endsWith(" SIZE=" + converted.length());
            }
            assertThat(polite.messages()).hasSize(2);
        }
    }

    @Test
    @Requirement("conf-61")
    void convertsBinaryContentWhereItIsNotTaken() {
        MailParameters binary = new MailParameters(BodyType.BINARY_MIME, false, DsnReturn.UNSPECIFIED, null);
        PoliteScript polite = PoliteScript.offering("8BITMIME", "CHUNKING");
        try (FakePeer peer = FakePeer.playing(polite);
                Rig rig = Rig.by(peer)) {
            QueueId id = rig.spool.put("MIME-Version: 1.0\r\n\r\na\nb\r\n", binary, "a@example.net");

            assertThat(Rig.results(rig.attempt(id, rig.site(Rig.EXAMPLE)))).containsExactly("Delivered 2.0.0");
            assertThat(polite.awaitMessage().content()).endsWith("\r\n\r\na=0Ab\r\n");
        }
    }

    @Test
    @Requirement("conf-94")
    void convertsNothingWhereItIsToldNotTo() {
        MailParameters eightBit = new MailParameters(BodyType.EIGHT_BIT_MIME, false, DsnReturn.UNSPECIFIED, null);
        try (FakePeer peer = FakePeer.playing(PoliteScript.offering());
                Rig rig = Rig.by(peer)) {
            rig.deliverer.configure(
                    RouteTable.EMPTY, Rig.to(peer).convertsEightBit(false).made());
            QueueId id = rig.spool.put(EIGHT_BIT_MIME, eightBit, "a@example.net");

            assertThat(Rig.results(rig.attempt(id, rig.site(Rig.EXAMPLE)))).containsExactly("Refused 5.6.3");
        }
    }

    @Test
    @Requirement("RFC 9422 §4.2")
    void goesInPartsWhereAHostTakesFewRecipients() {
        PoliteScript polite = PoliteScript.offering("LIMITS RCPTMAX=2");
        try (FakePeer peer = FakePeer.playing(polite);
                Rig rig = Rig.by(peer)) {
            assertThat(Rig.results(rig.deliver(
                            "a@example.net", "b@example.net", "c@example.net", "d@example.net", "e@example.net")))
                    .containsOnly("Delivered 2.0.0");
            assertThat(polite.messages()).hasSize(3);
            assertThat(peer.lines()).hasSize(1);
        }
    }

    @Test
    void passesOnDsnWhereTheHostSupportsIt() {
        try (FakePeer peer = FakePeer.playing(PoliteScript.offering("DSN"));
                Rig rig = Rig.by(peer)) {
            Result result =
                    ((Outcome.Answered) rig.deliver("a@example.net")).results().getFirst();

            assertThat(((Result.Delivered) result).successNotice()).isEqualTo(SuccessNotice.NEXT_HOP);
        }
    }

    @Test
    @Requirement("RFC 2033 §4.2")
    void hearsAReplyForEachRecipientOverLmtp() {
        PoliteScript polite = PoliteScript.offering("PIPELINING").lmtp();
        try (FakePeer peer = FakePeer.playing(polite);
                Rig rig = Rig.by(peer)) {
            Site site = new Site("lmtp:127.0.0.1:" + peer.address().getPort());
            Outcome outcome = rig.attempt(rig.spool.put("a@example.net", "b@example.net"), site);

            assertThat(Rig.results(outcome)).containsExactly("Delivered 2.0.0", "Delivered 2.0.0");
            assertThat(((Outcome.Answered) outcome).results())
                    .allSatisfy(result -> assertThat(((Result.Delivered) result).successNotice())
                            .isEqualTo(SuccessNotice.DELIVERED));
            assertThat(polite.awaitMessage().content()).doesNotStartWith("Return-Path");
        }
    }

    @Test
    @Requirement("K1")
    void letsAnExplicitRouteNameAPrivateAddressButNotOurselves() {
        try (FakePeer peer = FakePeer.playing(PoliteScript.offering())) {
            Site site = new Site("smtp:localhost:" + peer.address().getPort());
            try (Rig rig = new Rig(RouteTable.EMPTY, new Settings().client(Rig.PATIENT))) {
                assertThat(Rig.results(rig.attempt(rig.spool.put("a@example.net"), site)))
                        .containsExactly("Delivered 2.0.0");
            }
            Settings ours = Rig.to(peer).identity("us.example", Set.of(), List.of(peer.address()));
            try (Rig rig = new Rig(RouteTable.EMPTY, ours)) {
                assertThat(Rig.results(rig.attempt(rig.spool.put("a@example.net"), site)))
                        .containsExactly("Refused 5.4.6");
            }
        }
    }

    @Test
    @Requirement({"RFC 5321 §5.1", "conf-33"})
    void waitsForBetterHostsThanOurselves() {
        int port = 2525;
        Settings ours =
                Rig.to(port).identity("us.example", Set.of(), List.of(new InetSocketAddress("127.0.0.7", port)));
        try (Rig rig = new Rig(RouteTable.EMPTY, ours)) {
            rig.dns.mx("example.net", 10, "better.example").failing("better.example", Answer.Failure.TIMEOUT);
            rig.dns.mx("example.net", 20, "us.example").address("us.example", "127.0.0.7");
            rig.dns.mx("example.org", 10, "us.example");
            QueueId id = rig.spool.put("a@example.net");

            assertThat(unreachable(rig.attempt(id, new Site("mx:better.example,us.example"))))
                    .isEqualTo("4.4.3");
            assertThat(Rig.results(rig.attempt(id, new Site("mx:us.example")))).containsExactly("Refused 5.4.6");
        }
    }

    @Test
    void waitsForTheGreetingNoLongerThanItIsTold() {
        ClientSettings hasty = ClientSettings.DEFAULT.within(Duration.ofMillis(300));
        try (FakePeer peer = FakePeer.playing(FakePeer.Line::hold);
                Rig rig = new Rig(RouteTable.EMPTY, Rig.to(peer).client(hasty))) {
            rig.dns.address("example.net", "127.0.0.1");

            assertThat(unreachable(rig.deliver("a@example.net"))).isEqualTo("4.4.2");
        }
    }

    @Test
    @Requirement("K1")
    void asksForTheAddressAgainBeforeItDials() {
        try (FakePeer peer = FakePeer.playing(PoliteScript.offering());
                Rig rig =
                        new Rig(RouteTable.EMPTY, Rig.to(peer).mx(peer.address().getPort(), List.of()))) {
            rig.dns.mx("example.net", 10, "mx.example.net").address("mx.example.net", "192.0.2.1");
            Site site = rig.site(Rig.EXAMPLE);
            rig.dns.forget("mx.example.net").address("mx.example.net", "127.0.0.1");

            assertThat(unreachable(rig.attempt(rig.spool.put("a@example.net"), site)))
                    .isEqualTo("4.4.4");
            assertThat(peer.lines()).isEmpty();
        }
    }

    @Test
    @Requirement("K6")
    void keepsTheRemotesWordsOnOneLine() {
        FakePeer.Script rude = line -> {
            line.say("220 peer.example");
            line.hear();
            line.say("250 peer.example");
            line.hear();
            line.say("250 ok");
            line.hear();
            line.say("550-5.1.1 <script>\u001b[2J", "550 5.1.1 \u00fcnknown\u0000\tuser");
        };
        try (FakePeer peer = FakePeer.playing(rude);
                Rig rig = Rig.by(peer)) {
            Outcome outcome = rig.deliver("a@example.net");

            Diagnosis diagnosis =
                    ((Outcome.Answered) outcome).results().getFirst().diagnosis();
            assertThat(diagnosis.text() + diagnosis.summary()).doesNotContain("\r", "\n", "\u0000", "\u001b");
        }
    }

    @Test
    @Requirement({"conf-41", "RFC 5321 §2.3.8"})
    void sendsNoBareLineEnds() {
        PoliteScript polite = PoliteScript.offering();
        try (FakePeer peer = FakePeer.playing(polite);
                Rig rig = Rig.by(peer)) {
            QueueId id = rig.spool.put("A: b\r\n\r\none\ntwo\r.\nthree\r\n", MailParameters.PLAIN, "a@example.net");
            rig.attempt(id, rig.site(Rig.EXAMPLE));

            assertThat(polite.awaitMessage().wire().replace("\r\n", "")).doesNotContain("\r", "\n");
        }
    }
}
