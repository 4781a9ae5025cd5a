package org.postrider.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postrider.report.ReturnedMail.Recipient;
import org.postrider.testing.Requirement;

class BounceReaderTest {
    private static ReturnedMail read(String message) {
        return BounceReader.read(message.getBytes(StandardCharsets.UTF_8));
    }

    private static List<Recipient> recipients(String message) {
        return read(message) instanceof ReturnedMail.Bounce(var recipients) ? recipients : List.of();
    }

    private static String report(String type, String fields) {
        return """
            From: MAILER-DAEMON@mx.example
            Subject: Undelivered Mail
            Content-Type: multipart/report; report-type=delivery-status; boundary="=_b"

            --=_b

            I am sorry.
            --=_b
            Content-Type: %s

            Reporting-MTA: dns; mx.example

            %s
            --=_b--
            """.formatted(type, fields);
    }

    @Test
    @Requirement("RFC 3464 §2.3")
    void readsADeliveryStatus() {
        String message = report("message/delivery-status", """
            Original-Recipient: rfc822; team@example.net
            Final-Recipient: rfc822; anna@example.net
            Action: failed
            Status: 5.0.0
            Diagnostic-Code: smtp; 550-5.1.1 The account that you tried to reach
             550 5.1.1 does not exist

            Final-Recipient: rfc822;berta@example.net
            Action: delayed
            Status: 4.2.2
            Diagnostic-Code: smtp; 452 4.2.2 over quota""");

        assertThat(recipients(message))
                .usingRecursiveFieldByFieldElementComparatorIgnoringFields("diagnostic")
                .containsExactly(
                        new Recipient(
                                "anna@example.net",
                                "failed",
                                "5.1.1",
                                OptionalInt.of(550),
                                BounceReason.USERUNKNOWN,
                                true,
                                ""),
                        new Recipient(
                                "berta@example.net",
                                "delayed",
                                "4.2.2",
                                OptionalInt.of(452),
                                BounceReason.MAILBOXFULL,
                                false,
                                ""));
        assertThat(read(message.replace("\n", "\r\n"))).isEqualTo(read(message));
    }

    @Test
    @Requirement("RFC 6533 §4")
    void readsAnInternationalizedOne() {
        assertThat(recipients(report("message/global-delivery-status", """
                Final-Recipient: utf-8; j\u00f6rg@example.net
                Action: failed
                Status: 5.1.1""")))
                .singleElement()
                .matches(each -> each.address().equals("j\u00f6rg@example.net") && each.hard());
    }

    @Test
    void takesADeliveryForOne() {
        assertThat(recipients(report("message/delivery-status", """
                Final-Recipient: rfc822; anna@example.net
                Action: delivered
                Status: 2.0.0""")))
                .singleElement()
                .matches(each -> each.reason() == BounceReason.DELIVERED && !each.hard());
    }

    @Test
    void readsPlainWordsOfQmail() {
        assertThat(recipients("""
                From: MAILER-DAEMON@mx.example
                To: me@example.org
                Subject: failure notice

                Hi. This is the qmail-send program at mx.example.

                <anna@example.net>:
                192.0.2.1 does not like recipient.
                Remote host said: 550 5.1.1 <anna@example.net>: no such user
                Giving up on 192.0.2.1.

                <berta@example.net>:
                I couldn't find any host named example.net. (#5.1.2)

                --- Below this line is a copy of the message.

                To: carla@example.net
                """))
                .extracting(Recipient::address, Recipient::reason, Recipient::status)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("anna@example.net", BounceReason.USERUNKNOWN, "5.1.1"),
                        org.assertj.core.groups.Tuple.tuple("berta@example.net", BounceReason.HOSTUNKNOWN, "5.1.2"));
    }

    @Test
    void readsPlainWordsOfExim() {
        assertThat(recipients("""
                From: Mail Delivery System <Mailer-Daemon@mx.example>
                X-Failed-Recipients: anna@example.net
                Subject: Mail delivery failed: returning message to sender

                This message was created automatically by mail delivery software.

                  anna@example.net
                    host mx.example.net [192.0.2.1]
                    SMTP error from remote mail server after RCPT TO:<anna@example.net>:
                    552 5.2.2 mailbox is full

                ------ This is a copy of the message, including all the headers. ------

                To: anna@example.net
                """))
                .singleElement()
                .matches(each -> each.reason() == BounceReason.MAILBOXFULL
                        && each.code().equals(OptionalInt.of(552))
                        && !each.hard());
    }

    @Test
    @Requirement("RFC 5965 §3.1")
    void readsAComplaint() {
        assertThat(read("""
                From: complaints@isp.example
                Content-Type: multipart/report; report-type=feedback-report; boundary=b

                --b

                Somebody complains.
                --b
                Content-Type: message/feedback-report

                Feedback-Type: Abuse
                User-Agent: X/1
                Original-Rcpt-To: <anna@isp.example>
                Original-Rcpt-To: berta@isp.example
                --b--
                """))
                .isEqualTo(new ReturnedMail.Complaint("abuse", List.of("anna@isp.example", "berta@isp.example")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "\n",
                "From: anna@example.net\nSubject: lunch?\n\nWrite to berta@example.net: today?\n",
                "Content-Type: multipart/report; boundary=\n\n--\n",
                "Content-Type: multipart/report; boundary=b\n\n--b\nContent-Type: message/delivery-status\n\nAction: failed\n"
            })
    void saysNothingOfWhatIsNoReport(String message) {
        assertThat(read(message)).isEqualTo(new ReturnedMail.Unknown());
    }

    @ParameterizedTest
    @CsvSource({
        "550 5.7.26 sender is unauthenticated, AUTHFAILURE",
        "550 5.7.25 no PTR record, REQUIREPTR",
        "554 5.7.1 Relay access denied, NORELAYING",
        "552 5.3.4 Message too large, MESGTOOBIG",
        "554 5.7.1 blocked using bl.example, BLOCKED",
        "550 5.7.1 message looks like spam, SPAMDETECTED",
        "550 5.1.10 null MX, NOTACCEPT",
        "421 4.4.2 Connection timed out, EXPIRED",
        "550 5.2.1 account disabled, SUSPEND",
        "503 bad sequence, SYNTAXERROR",
        "554 5.4.6 too many hops, NETWORKERROR",
        "550 whatever, USERUNKNOWN"
    })
    void tellsReasonsApart(String said, BounceReason reason) {
        assertThat(recipients(report("message/delivery-status", """
                Final-Recipient: rfc822; anna@example.net
                Action: failed
                Status: 5.0.0
                Diagnostic-Code: smtp; %s""".formatted(said))))
                .singleElement()
                .extracting(Recipient::reason)
                .isEqualTo(reason);
    }

    @Test
    @Requirement("K6")
    void isDoneSoonWithHostileReports() {
        String many = "Final-Recipient: rfc822; a@b\n\nFinal-Recipient: rfc822; c@d\n\n".repeat(20_000);
        String nested = "Content-Type: multipart/mixed; boundary=b\n\n--b\n".repeat(10_000);
        Assertions.assertTimeoutPreemptively(Duration.ofSeconds(60), () -> {
            assertThat(recipients(report("message/delivery-status", many))).hasSize(BounceReader.RECIPIENTS_MAX);
            for (String piece : List.of("<a", "a@", "*", "\n ", "=3", "--b\n", "<a@b>:\n", "x", "> ", "[45")) {
                String octets = piece.repeat((256 << 10) / piece.length());
                read("From: MAILER-DAEMON@x\nSubject: failure notice\nContent-Type: text/html\n\n" + octets);
                read(report("message/delivery-status", octets));
                read("Content-Type: multipart/report; boundary=b\n\n" + octets);
            }
            read(nested);
        });
    }
}
