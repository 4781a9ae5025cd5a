package org.postrider.smtp.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postrider.mail.Domain;
import org.postrider.mail.Reply;
import org.postrider.smtp.server.SessionSettings.BareLineEnds;
import org.postrider.testing.Requirement;

class ContentScannerTest {
    private static final SessionLimits SMALL =
            new SessionLimits(20, 100, 100, 100, 100, 100, 100, 100_000, 512, 512, 20_000, 100);

    private static final class Gathering implements ContentSink {
        private final ByteArrayOutputStream content = new ByteArrayOutputStream();
        private boolean closed;

        @Override
        public void write(byte[] bytes, int offset, int length) {
            assertThat(closed).isFalse();
            content.write(bytes, offset, length);
        }

        @Override
        public Completion end() {
            return new Completion.Refused(Reply.of(550, "5.0.0", "only gathers"));
        }

        @Override
        public void close() {
            closed = true;
        }
    }

    /** What became of some octets: {@code content|fault|octets after the end}. */
    private static String scan(byte[] octets, BareLineEnds policy, int... cuts) {
        Gathering sink = new Gathering();
        ContentScanner scanner = new ContentScanner(sink, settings(policy), false);
        int position = 0;
        for (int limit : cuts) {
            position += scanner.data(octets, position, limit);
            if (scanner.ended()) {
                // The rest would have come later: it is no part of this message either way.
                break;
            }
        }
        String content = scanner.fault() == null ? sink.content.toString(StandardCharsets.ISO_8859_1) : "";
        String rest = new String(octets, position, octets.length - position, StandardCharsets.ISO_8859_1);
        return content + "|" + scanner.fault() + "|" + (scanner.ended() ? rest : "unended");
    }

    private static SessionSettings settings(BareLineEnds policy) {
        SessionSettings d = SessionSettings.of(new Domain("mx.example.net"));
        return new SessionSettings(d.hostname(), d.protocol(), policy, false, SecurityOffer.NONE, SMALL, d.timeouts());
    }

    private static byte[] octets(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    @ParameterizedTest
    @Requirement({"A1", "A2", "A3", "A4", "A6", "A7", "RFC 5321 §4.5.2"})
    @ValueSource(
            strings = {
                ".\r\nNOOP\r\n",
                "one\r\n.\r\nNOOP\r\n",
                "..\r\n...\r\n.x\r\n..\r\n.\r\nrest",
                "a\n.\nb\r\n.\r\nrest",
                "a\n.\r\nb\r\n.\r\nrest",
                "a\r\n.\nb\r\n.\r\nrest",
                "a\r.\rb\r\n.\r\n",
                "a\r.\r\nb\r\n.\r\n",
                "a\r\n.\rb\r\n.\r\n",
                "a\r\r\n.\r\r\nb\r\n.\r\n",
                "a\r\n\0.\r\nb\r\n.\r\n",
                "a\r\n.\0\r\n.\r\n",
                "\r\n\r\n.\r\n",
                "\u00ff.\r\n.\u00e9\r\n\t.\r\n.\r\n.\r\n",
                "no end at all\r\n.",
            })
    void isTheSameForEverySplit(String text) {
        byte[] octets = octets(text);
        for (BareLineEnds policy : BareLineEnds.values()) {
            String whole = scan(octets, policy, octets.length);
            for (int one = 0; one <= octets.length; one++) {
                for (int two = one; two <= octets.length; two++) {
                    assertThat(scan(octets, policy, one, two, octets.length))
                            .as("cut at %d and %d", one, two)
                            .isEqualTo(whole);
                }
            }
            int[] each = new int[octets.length];
            Arrays.setAll(each, i -> i + 1);
            assertThat(scan(octets, policy, each)).isEqualTo(whole);
        }
    }

    @Test
    @Requirement({"A7", "conf-17", "RFC 5321 §4.5.2"})
    void takesExactlyOneDotAway() {
        String line = "x".repeat(998);
        byte[] octets = octets("." + line + "\r\n..\r\n.. two\r\nnot. .here\r\n.\r\n");
        assertThat(scan(octets, BareLineEnds.REFUSE, octets.length))
                .isEqualTo(line + "\r\n.\r\n. two\r\nnot. .here\r\n|null|");
    }

    @Test
    @Requirement("conf-17")
    void keepsEveryOtherOctet() {
        StringBuilder all = new StringBuilder();
        for (char c = 1; c < 256; c++) {
            all.append(c == '\r' || c == '\n' ? "" : String.valueOf(c));
        }
        byte[] octets = octets(all + "\r\n.\r\n");
        assertThat(scan(octets, BareLineEnds.REFUSE, octets.length)).isEqualTo(all + "\r\n|null|");
    }

    @Test
    void findsLineEndsAmongAllOctets() {
        SplittableRandom random = new SplittableRandom(7);
        for (int round = 0; round < 2_000; round++) {
            byte[] octets = new byte[random.nextInt(64)];
            random.nextBytes(octets);
            int start = octets.length == 0 ? 0 : random.nextInt(octets.length);
            int wanted = start;
            while (wanted < octets.length && octets[wanted] != '\r' && octets[wanted] != '\n' && octets[wanted] != 0) {
                wanted++;
            }
            assertThat(ContentScanner.special(octets, start, octets.length)).isEqualTo(wanted);
        }
    }

    @Test
    @Requirement({"E3", "RFC 5321 §4.5.3.1"})
    void boundsLines() {
        assertThat(fault("Subject: x\r\n\r\n" + "x".repeat(20_000) + "\r\n")).isEqualTo("null");
        assertThat(fault("Subject: x\r\n\r\n" + "x".repeat(20_001) + "\r\n")).isEqualTo("LINE_TOO_LONG");
        assertThat(fault("x".repeat(20_001))).isEqualTo("LINE_TOO_LONG");
        assertThat(fault("just a line of text\r\n".repeat(2_000))).isEqualTo("null");
    }

    @Test
    @Requirement("conf-46")
    void countsTheRealSizeUnstuffed() {
        String line = "." + "x".repeat(97) + "\r\n";
        assertThat(fault(line.repeat(1_000))).isEqualTo("null");
        assertThat(fault(("y" + line).repeat(1_000))).isEqualTo("TOO_BIG");
    }

    private static String fault(String content) {
        byte[] octets = octets(content + "\r\n.\r\n");
        int[] cuts = new int[octets.length / 700 + 1];
        Arrays.setAll(cuts, i -> Math.min(octets.length, (i + 1) * 700));
        String result = scan(octets, BareLineEnds.REFUSE, cuts);
        assertThat(result).endsWith("|");
        return result.split("\\|", -1)[1];
    }
}
