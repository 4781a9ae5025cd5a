package org.postrider.message;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postrider.message.SevenBitConversion.Impossible;
import org.postrider.message.SevenBitConversion.Plan;
import org.postrider.message.SevenBitConversion.Possible;
import org.postrider.testing.Requirement;

@Timeout(30)
class SevenBitConversionTest {
    private static final String MULTIPART = String.join(
            "\r\n",
            "Subject: parts",
            "MIME-Version: 1.0",
            "Content-Type: multipart/mixed;",
            "\tboundary=\"outer\"",
            "Content-Transfer-Encoding: 8bit",
            "",
            "preamble",
            "--outer",
            "Content-Type: text/plain; charset=utf-8",
            "Content-Transfer-Encoding:",
            " 8bit",
            "X-After: kept",
            "",
            "Grüße = ja ",
            "--outer",
            "Content-Type: application/octet-stream",
            "",
            "ä\tö",
            "",
            "--outer",
            "Content-Type: text/plain",
            "Content-Transfer-Encoding: 8bit",
            "",
            "seven",
            "--outer--",
            "epilogue",
            "");

    private static byte[] octets(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static Plan plan(byte[] content, boolean binary) throws IOException {
        return SevenBitConversion.plan(new ByteArrayInputStream(content), binary);
    }

    private static String why(String content) throws IOException {
        return plan(octets(content), false) instanceof Impossible(var why) ? why : "possible";
    }

    private static String converted(byte[] content, boolean binary) throws IOException {
        if (!(plan(content, binary) instanceof Possible(var conversion))) {
            throw new AssertionError(plan(content, binary));
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (InputStream in = conversion.convert(new ByteArrayInputStream(content))) {
            in.transferTo(out);
        }
        assertThat(conversion.octets(new ByteArrayInputStream(content))).isEqualTo(out.size());
        String text = out.toString(StandardCharsets.ISO_8859_1);
        assertThat(text.chars()).allMatch(c -> c > 0 && c < 0x80);
        return text;
    }

    private static String converted(String content) throws IOException {
        return converted(octets(content), false);
    }

    @Test
    @Requirement({"conf-94", "RFC 6152 §3", "RFC 2045 §6.7"})
    void writesTextAsQuotedPrintableAndTheRestAsBase64() throws IOException {
        String base64 = Base64.getEncoder().encodeToString(octets("ä\tö\r\n"));
        assertThat(converted(MULTIPART))
                .isEqualTo(MULTIPART
                        .replace(
                                "\"outer\"\r\nContent-Transfer-Encoding: 8bit",
                                "\"outer\"\r\nContent-Transfer-Encoding: 7bit")
                        .replace("Content-Transfer-Encoding:\r\n 8bit", "Content-Transfer-Encoding: quoted-printable")
                        .replace("Grüße = ja ", "Gr=C3=BC=C3=9Fe =3D ja=20")
                        .replace(
                                "octet-stream\r\n\r\nä\tö\r\n",
                                "octet-stream\r\nContent-Transfer-Encoding: base64\r\n\r\n" + base64)
                        .replace("8bit\r\n\r\nseven", "7bit\r\n\r\nseven"));
    }

    @Test
    @Requirement("conf-94")
    void convertsAPlainMessageToItsEnd() throws IOException {
        String header =
                "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n";
        assertThat(converted(header + "ü\r\n \r\nend"))
                .endsWith("Content-Transfer-Encoding: quoted-printable\r\n\r\n=C3=BC\r\n=20\r\nend");
    }

    @Test
    @Requirement({"conf-94", "RFC 2045 §6.7", "RFC 2045 §6.8"})
    void keepsEncodedLinesShort() throws IOException {
        String text = "MIME-Version: 1.0\r\nContent-Type: %s\r\n\r\n" + "ü ".repeat(5_000) + "\r\n";
        assertThat(converted(text.formatted("text/plain")).lines()).allMatch(line -> line.length() <= 76);
        assertThat(converted(text.formatted("image/png")).lines()).allMatch(line -> line.length() <= 76);
    }

    @Test
    @Requirement({"RFC 2045 §6.7", "RFC 2046 §5.1.1"})
    void noLineThatIsBrokenOffBeginsLikeADelimiter() throws IOException {
        String header = "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\n";
        for (int before = 60; before < 80; before++) {
            String body = "ü" + "x".repeat(before) + "--b--";
            byte[] content = octets(header + body + "\r\n--b--\r\n");
            String converted = converted(content, false);
            assertThat(converted.split("\r\n--b", -1)).as(converted).hasSize(3);
            assertThat(MimeBodies.read(octets(converted)).orElseThrow().bodies())
                    .isEqualTo(MimeBodies.read(content).orElseThrow().bodies());
        }
    }

    @Test
    @Requirement("conf-94")
    void looksIntoMessagesWithinMessages() throws IOException {
        String inner = "Subject: inner\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nü\r\n";
        String outer = "MIME-Version: 1.0\r\nContent-Type: multipart/digest; boundary=b\r\n\r\n--b\r\n\r\n" + inner
                + "--b--\r\n";
        assertThat(converted(outer))
                .contains("charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n=C3=BC\r\n--b--");
    }

    @Test
    @Requirement("conf-94")
    void changesNothingInWhatIsSignedAndSevenBit() throws IOException {
        String signed = "Content-Type: multipart/signed; boundary=s\r\n\r\n--s\r\n"
                + "Content-Transfer-Encoding: 8bit\r\n\r\nseven\r\n--s\r\nContent-Type: application/pgp-signature\r\n\r\nx\r\n--s--\r\n";
        String whole = "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=o\r\n\r\n--o\r\n" + signed
                + "--o\r\n\r\nü\r\n--o--\r\n";
        assertThat(converted(whole)).contains(signed).contains("=C3=BC");
        assertThat(why(whole.replace("seven", "süß"))).contains("signed");
    }

    @Test
    @Requirement("conf-94")
    void refusesWhatCannotBeConvertedWithoutHarm() throws IOException {
        String mime = "MIME-Version: 1.0\r\n";
        assertThat(why("Subject: x\r\n\r\nü\r\n")).contains("not MIME");
        assertThat(why(mime + "Subject: ü\r\n\r\nx\r\n")).contains("header has 8-bit");
        assertThat(why(mime + "Content-Transfer-Encoding: base64\r\n\r\nü\r\n")).contains("not what");
        assertThat(why(mime + "Content-Transfer-Encoding: x-own\r\n\r\nü\r\n")).contains("not what");
        assertThat(why(mime + "Content-Type: multipart/mixed\r\n\r\nü\r\n")).contains("boundary");
        assertThat(why(mime + "Content-Type: multipart/mixed; boundary=" + "b".repeat(71) + "\r\n\r\n"))
                .contains("boundary");
        assertThat(why(mime + "Content-Type: multipart/mixed; boundary=b\r\n\r\nü\r\n--b\r\n\r\nx\r\n--b--\r\n"))
                .contains("outside");
        assertThat(why(mime + "Content-Type: text/plain\r\nContent-Type: text/html\r\n\r\nü\r\n"))
                .contains("well-formed");
        assertThat(why(mime + "no field\r\n\r\nü\r\n")).contains("well-formed");
        assertThat(why(mime + "Content-Type: message/partial\r\n\r\nü\r\n")).contains("must not be encoded");
        assertThat(why(mime + "X: " + "x".repeat(9_000) + "\r\n\r\nü\r\n")).contains("too long");
    }

    @Test
    @Requirement("E4")
    void boundsNestingAndParts() throws IOException {
        StringBuilder deep = new StringBuilder("MIME-Version: 1.0\r\n");
        for (int i = 0; i < 10_000; i++) {
            deep.append("Content-Type: multipart/mixed; boundary=b")
                    .append(i)
                    .append("\r\n\r\n--b")
                    .append(i)
                    .append("\r\n");
        }
        assertThat(why(deep.toString())).contains("deep");
        assertThat(why("MIME-Version: 1.0\r\n" + "Content-Type: message/rfc822\r\n\r\n".repeat(10_000)))
                .contains("deep");
        String many =
                "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n" + "--b\r\n\r\n".repeat(20_000);
        assertThat(why(many)).contains("parts");
    }

    /** RFC 3030 §3: no lines, so that lone CRs and LFs and zeros are data. */
    @Test
    @Requirement("conf-61")
    void convertsBinaryContent() throws IOException {
        byte[] body = new byte[5_000];
        new SplittableRandom(1).nextBytes(body);
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        content.writeBytes(
                octets("MIME-Version: 1.0\r\nContent-Type: image/png\r\nContent-Transfer-Encoding: binary\r\n\r\n"));
        content.writeBytes(body);
        String converted = converted(content.toByteArray(), true);
        String coded = converted.substring(converted.indexOf("\r\n\r\n") + 4);
        assertThat(Base64.getMimeDecoder().decode(coded)).isEqualTo(body);
        String lone = "MIME-Version: 1.0\r\nContent-Transfer-Encoding: binary\r\n\r\na\nb\rc\r\nd\r";
        assertThat(converted(octets(lone), true)).endsWith("\r\n\r\na=0Ab=0Dc\r\nd=0D");
        assertThat(converted(octets(lone.replace("a\nb\rc\r\nd\r", "a\r\n")), true))
                .endsWith(": 7bit\r\n\r\na\r\n");
    }

    /** Wherever the slices of the content end. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7, 64, 8_192})
    void doesNotDependOnSlices(int slice) throws IOException {
        byte[] content = octets(MULTIPART + "x".repeat(20_000) + "\r\n");
        InputStream sliced = new ByteArrayInputStream(content) {
            @Override
            public int read(byte[] into, int offset, int length) {
                return super.read(into, offset, Math.min(slice, length));
            }
        };
        if (!(plan(content, false) instanceof Possible(var conversion))) {
            throw new AssertionError();
        }
        try (InputStream in = conversion.convert(sliced)) {
            assertThat(new String(in.readAllBytes(), StandardCharsets.UTF_8)).isEqualTo(converted(content, false));
        }
    }

    @Test
    void findsDelimitersAmongSimilarLines() throws IOException {
        String message = "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=\"a\"\r\n\r\n--a\r\n"
                + "Content-Type: multipart/alternative; boundary=\"ab\"\r\n\r\n--ab \t\r\n\r\n--abc\r\nü\r\n--ab--\r\n"
                + "--a--\r\n";
        assertThat(converted(message)).contains("\r\n\r\n--abc\r\n=C3=BC\r\n--ab--\r\n--a--\r\n");
        assertThat(List.of(converted(message).split("\r\n", -1)))
                .contains("Content-Transfer-Encoding: quoted-printable");
    }
}
