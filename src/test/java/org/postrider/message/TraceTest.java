package org.postrider.message;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postrider.mail.Domain;
import org.postrider.mail.Mailbox;
import org.postrider.mail.QueueId;
import org.postrider.mail.ReversePath;
import org.postrider.testing.Requirement;

class TraceTest {
    private static final Instant AT = Instant.parse("2026-11-03T04:05:06.789Z");
    private static final QueueId ID = new QueueId(1_234_567);

    private static String received(String greeting, String client, @Nullable Mailbox only) {
        StringBuilder text = new StringBuilder();
        InetAddress address = InetAddress.ofLiteral(client);
        Trace.received(
                text, new Trace.Hop(greeting, Optional.empty(), address, "mx1.example.net", "ESMTP", ID, only, AT));
        return text.toString();
    }

    @Test
    @Requirement({"conf-25", "RFC 5321 §4.4"})
    void writesReceivedWithAllItsClauses() {
        StringBuilder text = new StringBuilder();
        Trace.received(
                text,
                new Trace.Hop(
                        "client.example.org",
                        Optional.of(new Domain("ptr.example.org")),
                        InetAddress.ofLiteral("192.0.2.7"),
                        "mx1.example.net",
                        "ESMTP",
                        ID,
                        new Mailbox("bob", new Domain("example.net")),
                        AT));
        assertThat(text.toString()).isEqualTo("""
            Received: from client.example.org (ptr.example.org [192.0.2.7])\r
            \tby mx1.example.net with ESMTP id %s\r
            \tfor <bob@example.net>;\r
            \tTue, 3 Nov 2026 04:05:06 +0000\r
            """.formatted(ID.text()));
    }

    @Test
    @Requirement("conf-40")
    void namesNoRecipientWhereThereAreSeveral() {
        assertThat(received("a.example", "192.0.2.7", null)).doesNotContain("for <");
    }

    @ParameterizedTest
    @ValueSource(strings = {"foo\u001b[2J\"; {\"level\":\"x\"", "a b", "x)(y", "[not an address]", "a\r\nX: y", ""})
    @Requirement({"D3", "D2"})
    void writesTheAddressWhereTheGreetingIsNoName(String greeting) {
        assertThat(received(greeting, "192.0.2.7", null))
                .startsWith("Received: from [192.0.2.7] (unknown [192.0.2.7])\r\n\tby");
    }

    @Test
    void writesLiteralsAndSixAddresses() {
        assertThat(received("[192.0.2.9]", "2001:db8::1", null))
                .startsWith("Received: from [192.0.2.9] (unknown [IPv6:2001:db8:0:0:0:0:0:1])\r\n");
    }

    @Test
    @Requirement("conf-25")
    void keepsLinesShortWhateverTheNamesAre() {
        Domain longest = new Domain(("a".repeat(61) + ".").repeat(4) + "example");
        String text = received(longest.ascii(), "192.0.2.7", new Mailbox("\"".repeat(64), longest));
        assertThat(text.lines()).allMatch(line -> line.length() <= 998);
    }

    @ParameterizedTest
    @CsvSource({
        "SMTP,false,false,false,SMTP",
        "SMTP,false,true,false,SMTP",
        "ESMTP,false,false,false,ESMTP",
        "ESMTP,false,true,false,ESMTPS",
        "ESMTP,false,false,true,ESMTPA",
        "ESMTP,false,true,true,ESMTPSA",
        "ESMTP,true,false,false,UTF8SMTP",
        "ESMTP,true,true,true,UTF8SMTPSA",
        "LMTP,false,false,false,LMTP",
        "LMTP,false,true,true,LMTPSA",
        "LMTP,true,true,false,UTF8LMTPS"
    })
    @Requirement({"conf-27", "RFC 6531 §4.3"})
    void namesTheTransmissionType(
            TransmissionType.Base base, boolean utf8, boolean tls, boolean authenticated, String keyword) {
        assertThat(new TransmissionType(base, utf8, tls, authenticated).keyword())
                .isEqualTo(keyword);
    }

    @Test
    @Requirement("conf-26")
    void writesReturnPath() {
        assertThat(Trace.returnPath(ReversePath.NULL)).isEqualTo("Return-Path: <>\r\n");
        Mailbox mailbox = new Mailbox("a b", new Domain("example.org"));
        assertThat(Trace.returnPath(new ReversePath(mailbox))).isEqualTo("Return-Path: <\"a b\"@example.org>\r\n");
    }

    @Test
    @Requirement("RFC 5322 §3.3")
    void writesDates() {
        assertThat(MailDate.text(Instant.EPOCH)).isEqualTo("Thu, 1 Jan 1970 00:00:00 +0000");
        assertThat(MailDate.text(Instant.parse("2028-02-29T23:59:59.999Z")))
                .isEqualTo("Tue, 29 Feb 2028 23:59:59 +0000");
        assertThat(MailDate.text(Instant.EPOCH)).isEqualTo("Thu, 1 Jan 1970 00:00:00 +0000");
    }
}
