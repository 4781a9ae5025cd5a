package org.postrider.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postrider.mail.Domain;
import org.postrider.mail.Mailbox;
import org.postrider.testing.Requirement;

class MessageBuilderTest {
    private static final Mailbox BOB = new Mailbox("bob", new Domain("example.net"));

    @ParameterizedTest
    @ValueSource(strings = {"a\rb", "a\nb", "a\r\nBcc: v@x", "a\0b", "a\u001bb", "a\ud800b", "a\u007fb"})
    @Requirement("D5")
    void refusesTextThatCouldBreakOut(String text) {
        MessageBuilder builder = new MessageBuilder();
        assertThat(MessageBuilder.isFieldText(text)).isFalse();
        assertThatIllegalArgumentException().isThrownBy(() -> builder.text("Subject", text));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.structured("X-A", text));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.mailbox("From", text, BOB));
        assertThat(builder.header()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a:b", "a b", "\u00e9", "a\r\nb", "a\0"})
    @Requirement({"D5", "RFC 5322 §2.2"})
    void refusesNamesThatAreNone(String name) {
        assertThat(MessageBuilder.isFieldName(name)).isFalse();
        assertThatIllegalArgumentException().isThrownBy(() -> new MessageBuilder().text(name, "x"));
    }

    @Test
    @Requirement("RFC 2047 §2")
    void encodesWhatIsBeyondAscii() {
        String subject = "Grüße \ud83d\udc0e ".repeat(20);
        String header = new MessageBuilder().text("Subject", subject).header();
        assertThat(header.lines()).allMatch(line -> line.length() <= 78);
        StringBuilder decoded = new StringBuilder();
        for (String word : header.substring("Subject:".length()).strip().split("\\s+", -1)) {
            assertThat(word).startsWith("=?utf-8?B?").endsWith("?=").hasSizeLessThanOrEqualTo(75);
            byte[] octets = Base64.getDecoder().decode(word.substring(10, word.length() - 2));
            String part = new String(octets, StandardCharsets.UTF_8);
            assertThat(part).doesNotContain("\ufffd");
            decoded.append(part);
        }
        assertThat(decoded.toString()).isEqualTo(subject);
    }

    @Test
    void encodesWhatLooksLikeAnEncodedWord() {
        assertThat(new MessageBuilder().text("Subject", "=?utf-8?Q?x?=").header())
                .startsWith("Subject: =?utf-8?B?PT");
    }

    @Test
    @Requirement("RFC 5322 §2.1.1")
    void foldsLongLinesAndLosesNoBlank() {
        String text = "word  and two blanks ".repeat(20) + "end";
        String header = new MessageBuilder().text("Subject", text).header();
        assertThat(header.lines()).allMatch(line -> line.length() <= 80 && !line.isBlank());
        assertThat(header).isEqualTo(header.stripTrailing() + "\r\n");
        assertThat(header.replace("\r\n", "")).isEqualTo("Subject: " + text);
    }

    @Test
    void encodesAWordThatIsTooLongForALine() {
        String header = new MessageBuilder().text("Subject", "x".repeat(2_000)).header();
        assertThat(header.lines()).allMatch(line -> line.length() <= 78);
    }

    @Test
    void quotesDisplayNames() {
        assertThat(new MessageBuilder()
                        .mailbox("From", "Bob \"the\\rider\"", BOB)
                        .header())
                .isEqualTo("From: \"Bob \\\"the\\\\rider\\\"\"\r\n <bob@example.net>\r\n");
        assertThat(new MessageBuilder().mailbox("To", "", BOB).header()).isEqualTo("To: <bob@example.net>\r\n");
        assertThat(new MessageBuilder().mailbox("To", "Bøb", BOB).header())
                .isEqualTo("To: =?utf-8?B?QsO4Yg==?=\r\n <bob@example.net>\r\n");
    }

    @Test
    @Requirement("RFC 2045 §6.7")
    void writesTextThatEveryHopCanCarry() {
        String message = new String(
                new MessageBuilder().text("Subject", "x").withPlainText("Grüße = 1\nzwei \n" + "x".repeat(200)),
                StandardCharsets.US_ASCII);
        String body = message.substring(message.indexOf("\r\n\r\n") + 4);
        assertThat(message).contains("Content-Transfer-Encoding: quoted-printable\r\n");
        assertThat(body).startsWith("Gr=C3=BC=C3=9Fe =3D 1\r\nzwei=20\r\n").endsWith("x\r\n");
        assertThat(body.lines()).allMatch(line -> line.length() <= 76);
    }

    @Test
    void writesPlainTextAsItIs() {
        String message = new String(
                new MessageBuilder().text("Subject", "x").withPlainText("one\n.two\n"), StandardCharsets.US_ASCII);
        assertThat(message).endsWith("Content-Transfer-Encoding: 7bit\r\n\r\none\r\n.two\r\n");
    }
}
