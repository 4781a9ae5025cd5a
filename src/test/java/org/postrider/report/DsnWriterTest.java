package org.postrider.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.postrider.mail.BodyType;
import org.postrider.mail.Diagnosis;
import org.postrider.mail.Domain;
import org.postrider.mail.DsnNotify;
import org.postrider.mail.DsnReturn;
import org.postrider.mail.EnhancedStatus;
import org.postrider.mail.Envelope;
import org.postrider.mail.ForwardPath;
import org.postrider.mail.MailParameters;
import org.postrider.mail.Mailbox;
import org.postrider.mail.OriginalRecipient;
import org.postrider.mail.QueueId;
import org.postrider.mail.Recipient;
import org.postrider.mail.Reply;
import org.postrider.mail.ReversePath;
import org.postrider.mail.TlsWish;
import org.postrider.testing.Requirement;

class DsnWriterTest {
    private static final Instant ARRIVED = Instant.parse("2026-11-23T10:00:00Z");
    private static final Instant NOW = Instant.parse("2026-11-23T21:00:00Z");
    private static final Domain ORG = new Domain("example.org");
    private static final Mailbox ALICE = new Mailbox("alice", ORG);
    private static final Mailbox BOB = new Mailbox("bob", new Domain("example.com"));
    private static final Diagnosis NO_SUCH_USER = new Diagnosis(
            EnhancedStatus.of("5.1.1"),
            Reply.of(550, "5.1.1", "No such user"),
            "mx.example.com [192.0.2.9]:25",
            "The recipient's server refused the address.");
    private static final String ORIGINAL =
            "Received: by mx1.example.net; x\r\nFrom: alice@example.org\r\nSubject: hello\r\n\r\nthe body\r\n.dots\r\n";

    private final DsnSettings settings = DsnSettings.of(new Domain("mx1.example.net"));
    private MailParameters parameters = MailParameters.PLAIN;
    private String original = ORIGINAL;

    private static Recipient recipient(Mailbox mailbox, @Nullable OriginalRecipient original) {
        return new Recipient(new ForwardPath(mailbox), DsnNotify.UNSPECIFIED, original);
    }

    private static Dsn.Fate fate(Diagnosis diagnosis) {
        return new Dsn.Fate(recipient(BOB, null), diagnosis, false, NOW);
    }

    private Dsn dsn(DsnAction action, Dsn.Fate... fates) {
        return dsn(ALICE, action, fates);
    }

    private Dsn dsn(Mailbox to, DsnAction action, Dsn.Fate... fates) {
        List<Recipient> recipients =
                List.of(fates).stream().map(Dsn.Fate::recipient).toList();
        Envelope envelope = new Envelope(new ReversePath(ALICE), parameters, recipients);
        Instant until = action == DsnAction.DELAYED ? ARRIVED.plusSeconds(432_000) : null;
        return new Dsn(new QueueId(77), NOW, to, action, new QueueId(55), envelope, ARRIVED, until, List.of(fates));
    }

    private DsnWriter.Prepared prepared(Dsn dsn) {
        try {
            return new DsnWriter(settings).prepare(dsn, content(original));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static OriginalContent content(String text) {
        byte[] octets = text.getBytes(StandardCharsets.UTF_8);
        return new OriginalContent() {
            @Override
            public long octets() {
                return octets.length;
            }

            @Override
            public InputStream open() {
                return new ByteArrayInputStream(octets);
            }
        };
    }

    private static String written(DsnWriter.Prepared prepared) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            prepared.writeTo(out);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return out.toString(StandardCharsets.UTF_8);
    }

    private String written(Dsn dsn) {
        return written(prepared(dsn));
    }

    @Test
    @Requirement({"conf-87", "conf-92", "RFC 3461 §6.2", "I3"})
    void writesAReportOfThreeParts() {
        String message = written(dsn(DsnAction.FAILED, fate(NO_SUCH_USER)));
        assertThat(message)
                .contains("From: \"Mail Delivery System\"\r\n <postmaster@mx1.example.net>\r\n")
                .contains("To: <alice@example.org>\r\n")
                .contains("Date: Mon, 23 Nov 2026 21:00:00 +0000\r\n")
                .contains("Message-ID: <" + new QueueId(77).text() + "@mx1.example.net>\r\n")
                .contains("Auto-Submitted: auto-replied\r\n")
                .contains("Content-Type: multipart/report; report-type=delivery-status;");
        List<String> parts = parts(message);
        assertThat(parts).hasSize(3);
        assertThat(parts.get(0)).startsWith("Content-Type: text/plain");
        assertThat(parts.get(1)).startsWith("Content-Type: message/delivery-status\r\n");
        assertThat(parts.get(2)).startsWith("Content-Type: message/rfc822\r\n").endsWith("\r\n\r\n" + ORIGINAL);
    }

    private static List<String> parts(String message) {
        int at = message.indexOf("boundary=\"") + "boundary=\"".length();
        String boundary = message.substring(at, message.indexOf('"', at));
        String[] pieces = message.split("\r\n--" + boundary, -1);
        assertThat(pieces[pieces.length - 1]).isEqualTo("--\r\n");
        return List.of(pieces).subList(1, pieces.length - 1).stream()
                .map(piece -> piece.substring(2))
                .toList();
    }

    @Test
    @Requirement({"conf-38", "conf-87", "RFC 3461 §6.1"})
    void sendsItFromNobodyAndAsksForNoNotice() {
        Envelope envelope = prepared(dsn(DsnAction.FAILED, fate(NO_SUCH_USER))).envelope();
        assertThat(envelope.reversePath()).isEqualTo(ReversePath.NULL);
        assertThat(envelope.parameters()).isEqualTo(MailParameters.PLAIN);
        assertThat(envelope.recipients()).singleElement().satisfies(recipient -> {
            assertThat(recipient.mailbox()).isEqualTo(ALICE);
            assertThat(recipient.dsnNotify().isNever()).isTrue();
        });
    }

    @Test
    @Requirement({"conf-88", "conf-85", "RFC 3464 §2.3"})
    void writesAllFieldsOfAFailure() {
        parameters = new MailParameters(BodyType.SEVEN_BIT, false, DsnReturn.FULL, "env 1");
        Recipient bob = recipient(BOB, new OriginalRecipient("rfc822", "Bob+x@example.com"));
        String status = parts(written(dsn(DsnAction.FAILED, new Dsn.Fate(bob, NO_SUCH_USER, false, NOW))))
                .get(1);
        assertThat(status.substring(status.indexOf("\r\n\r\n") + 4)).isEqualTo("""
            Original-Envelope-Id: env 1\r
            Reporting-MTA: dns; mx1.example.net\r
            Arrival-Date: Mon, 23 Nov 2026 10:00:00 +0000\r
            X-Postrider-Queue-Id: %s\r
            \r
            Original-Recipient: rfc822; Bob+x@example.com\r
            Final-Recipient: rfc822; bob@example.com\r
            Action: failed\r
            Status: 5.1.1\r
            Remote-MTA: dns; mx.example.com\r
            Diagnostic-Code: smtp; 550 5.1.1 No such user\r
            Last-Attempt-Date: Mon, 23 Nov 2026 21:00:00 +0000\r
            """.formatted(new QueueId(55).text()));
    }

    @Test
    @Requirement({"conf-88", "conf-90"})
    void saysHowLongADelayedMessageIsTried() {
        String message = written(dsn(DsnAction.DELAYED, fate(Diagnosis.local("4.4.1", "No server answered."))));
        assertThat(message)
                .contains("Action: delayed\r\nStatus: 4.4.1\r\nDiagnostic-Code: x-postrider; No server answered.\r\n")
                .contains("Will-Retry-Until: Sat, 28 Nov 2026 10:00:00 +0000\r\n")
                .doesNotContain("Remote-MTA", "the body");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Dsn(
                        new QueueId(1),
                        NOW,
                        ALICE,
                        DsnAction.FAILED,
                        new QueueId(2),
                        dsn(DsnAction.FAILED, fate(NO_SUCH_USER)).envelope(),
                        ARRIVED,
                        NOW,
                        List.of(fate(NO_SUCH_USER))));
    }

    @ParameterizedTest
    @EnumSource
    @Requirement({"conf-89", "conf-86"})
    void givesAStatusOfTheActionsClass(DsnAction action) {
        Diagnosis mixed = new Diagnosis(EnhancedStatus.of("4.2.2"), Reply.plain(550, "full"), "mx", "x");
        String expected = switch (action) {
            case FAILED -> "5.2.2";
            case DELAYED -> "4.2.2";
            case DELIVERED, RELAYED, EXPANDED -> "2.0.0";
        };
        assertThat(written(dsn(action, fate(mixed))))
                .contains("Action: " + action.keyword() + "\r\nStatus: " + expected + "\r\n");
    }

    @Test
    @Requirement("conf-91")
    void tellsThatTheLifetimeRanOutWithTheLastReply() {
        Diagnosis busy =
                new Diagnosis(EnhancedStatus.of("4.3.2"), Reply.of(451, "4.3.2", "busy"), "mx.example.com", "x");
        assertThat(written(dsn(DsnAction.FAILED, new Dsn.Fate(recipient(BOB, null), busy, true, null))))
                .contains("Status: 5.4.7\r\n", "Diagnostic-Code: smtp; 451 4.3.2 busy\r\n")
                .doesNotContain("Last-Attempt-Date");
    }

    @Test
    @Requirement("conf-87")
    void bringsBackTheHeaderAloneWhereAskedSoOrLarge() {
        parameters = new MailParameters(BodyType.SEVEN_BIT, false, DsnReturn.HDRS, null);
        assertHeadersAlone();
        parameters = MailParameters.PLAIN;
        original = ORIGINAL + "x\r\n".repeat(100_000);
        assertHeadersAlone();
    }

    @Test
    @Requirement({"conf-105", "RFC 8689 §5"})
    void protectsANoticeAsTheMessageWas() {
        parameters = new MailParameters(BodyType.SEVEN_BIT, false, DsnReturn.FULL, null).wishing(TlsWish.REQUIRED);
        assertHeadersAlone();
        DsnWriter.Prepared prepared = prepared(dsn(DsnAction.FAILED, fate(NO_SUCH_USER)));
        assertThat(prepared.envelope().parameters().tls()).isEqualTo(TlsWish.REQUIRED);
    }

    private void assertHeadersAlone() {
        String third = parts(written(dsn(DsnAction.FAILED, fate(NO_SUCH_USER)))).get(2);
        assertThat(third)
                .startsWith("Content-Type: text/rfc822-headers\r\n")
                .endsWith("Subject: hello\r\n")
                .doesNotContain("body");
    }

    @Test
    @Requirement({"conf-41", "RFC 5321 §2.3.8"})
    void bringsBackNoContentThatCouldNotBeSent() {
        for (String bad : List.of("a\nb\r\n", "a\rb\r\n", "a\0b\r\n", "x".repeat(999) + "\r\n", "end\r")) {
            original = "Subject: x\r\nX-Bad: " + bad + "\r\n\r\n" + bad;
            String message = written(dsn(DsnAction.FAILED, fate(NO_SUCH_USER)));
            assertThat(message)
                    .contains("Content-Type: text/rfc822-headers\r\n")
                    .doesNotContain("\0");
            assertThat(message.replace("\r\n", "")).doesNotContain("\r", "\n");
            assertThat(message.lines()).allMatch(line -> line.length() <= 998);
        }
    }

    @Test
    void cutsAnEndlessHeaderAtALine() {
        original = "X-A: " + "a".repeat(900) + "\r\n";
        original = original.repeat(100);
        String third =
                parts(written(dsn(DsnAction.DELAYED, fate(NO_SUCH_USER)))).get(2);
        assertThat(third.length()).isLessThanOrEqualTo(DsnSettings.DEFAULT_HEADER_OCTETS_MAX + 100);
        assertThat(third).endsWith("a\r\n");
    }

    @Test
    @Requirement({"conf-94", "RFC 6152 §2"})
    void declaresEightBitContent() {
        original = "Subject: x\r\n\r\nGrüße\r\n";
        DsnWriter.Prepared prepared = prepared(dsn(DsnAction.FAILED, fate(NO_SUCH_USER)));
        assertThat(prepared.envelope().parameters().body()).isEqualTo(BodyType.EIGHT_BIT_MIME);
        assertThat(prepared.envelope().parameters().smtpUtf8()).isFalse();
        assertThat(written(prepared))
                .contains("Content-Type: message/rfc822\r\nContent-Transfer-Encoding: 8bit\r\n", "Grüße");
    }

    @Test
    @Requirement("K6")
    void makesThePeersWordsHarmless() {
        String words = "<script>alert(1)</script> \u001b[2J\u0007 Grüße \ud83d\udc0e\tx " + "y".repeat(5_000);
        Reply reply = new Reply(550, null, List.of(words, "Content-Type: text/html", "--=_x"));
        Diagnosis hostile =
                new Diagnosis(EnhancedStatus.of("5.0.0"), reply, "mx\u001b.evil [192.0.2.1]:25", "Refused.");
        String message = written(dsn(DsnAction.FAILED, fate(hostile)));
        assertThat(message).doesNotContain("\u001b", "\u0007", "ü", "\nContent-Type: text/html", "\n--=_x");
        assertThat(message).contains("Diagnostic-Code: smtp; 550 <script>", "Gr??e ? x");
        assertThat(message.lines()).allMatch(line -> line.length() <= 998);
        assertThat(message.length()).isLessThan(6_000);
        assertThat(parts(message)).hasSize(3);
    }

    @Test
    @Requirement({"RFC 6533 §4.1", "conf-97"})
    void usesTheInternationalTypesWhereAnAddressNeedsThem() {
        parameters = new MailParameters(BodyType.EIGHT_BIT_MIME, true, DsnReturn.HDRS, null);
        original = "Subject: Grüße\r\n\r\nx\r\n";
        Mailbox jorg = new Mailbox("jörg", ORG);
        Recipient recipient = recipient(jorg, new OriginalRecipient("utf-8", "jörg@example.org"));
        Dsn dsn = dsn(jorg, DsnAction.FAILED, new Dsn.Fate(recipient, NO_SUCH_USER, false, NOW));
        DsnWriter.Prepared prepared = prepared(dsn);
        assertThat(prepared.envelope().parameters().smtpUtf8()).isTrue();
        assertThat(written(prepared))
                .contains("To: <jörg@example.org>\r\n")
                .contains("Content-Type: message/global-delivery-status\r\nContent-Transfer-Encoding: 8bit\r\n")
                .contains("Original-Recipient: utf-8; jörg@example.org\r\n")
                .contains("Final-Recipient: utf-8; jörg@example.org\r\n")
                .contains("Content-Type: message/global-headers\r\n")
                .contains("Subject: Grüße\r\n");
    }

    @Test
    void goesWithoutTheMessageWhereItCannotBeRead() throws IOException {
        Dsn dsn = dsn(DsnAction.FAILED, fate(NO_SUCH_USER));
        assertThat(parts(written(new DsnWriter(settings).prepare(dsn, null)))).hasSize(2);
    }

    @Test
    void namesEachRecipientWithItsReason() {
        Dsn.Fate carol = new Dsn.Fate(
                recipient(new Mailbox("carol", ORG), null), Diagnosis.local("5.4.4", "No such domain."), false, null);
        String message = written(dsn(DsnAction.FAILED, fate(NO_SUCH_USER), carol));
        assertThat(parts(message).get(0))
                .contains(
                        "<bob@example.com>",
                        "said:",
                        "550 5.1.1 No such user",
                        "<carol@example.org>",
                        "No such domain.")
                .contains("delivered to these addresses.");
        assertThat(parts(message).get(1)).contains("\r\n\r\nFinal-Recipient: rfc822; carol@example.org\r\n");
    }

    @Test
    void explainsANoticeToPostmaster() {
        Dsn dsn = dsn(settings.postmaster(), DsnAction.FAILED, fate(NO_SUCH_USER));
        assertThat(written(dsn)).contains("A message without a return address");
    }
}
