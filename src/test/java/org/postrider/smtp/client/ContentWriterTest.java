package org.postrider.smtp.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.postrider.testing.Requirement;

class ContentWriterTest {

    private static String stuffed(String content) {
        return written(content, true, content.length());
    }

    private static String plain(String content) {
        return written(content, false, content.length());
    }

    /** Writes {@code content} in pieces of {@code step} octets. */
    private static String written(String content, boolean stuffing, int step) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Octets octets = (bytes, from, to) -> out.write(bytes, from, to - from);
        ContentWriter writer = stuffing ? ContentWriter.stuffing(octets) : ContentWriter.plain(octets);
        byte[] bytes = content.getBytes(StandardCharsets.ISO_8859_1);
        try {
            for (int at = 0; at < bytes.length; at += step) {
                writer.put(bytes, at, Math.min(bytes.length, at + step));
            }
            writer.end();
        } catch (BrokenWire e) {
            throw new AssertionError(e);
        }
        return out.toString(StandardCharsets.ISO_8859_1);
    }

    @Test
    @Requirement("RFC 5321 §4.5.2")
    void stuffsADotAtEachLineThatBeginsWithOne() {
        assertThat(stuffed(".a\r\n..b\r\nc.\r\n.\r\n")).isEqualTo("..a\r\n...b\r\nc.\r\n..\r\n.\r\n");
    }

    @Test
    void endsEmptyContentWithTheDotAlone() {
        assertThat(stuffed("")).isEqualTo(".\r\n");
    }

    @Test
    void completesAnUnfinishedLastLine() {
        assertThat(stuffed("a")).isEqualTo("a\r\n.\r\n");
        assertThat(stuffed("a\r")).isEqualTo("a\r\n.\r\n");
        assertThat(stuffed("a\r\n")).isEqualTo("a\r\n.\r\n");
        assertThat(plain("a")).isEqualTo("a\r\n");
    }

    @Test
    @Requirement({"conf-41", "A4", "RFC 5321 §2.3.8"})
    void makesEveryLoneCarriageReturnAndLineFeedALineEnd() {
        assertThat(stuffed("a\n.\nb\r.\rc\r\r\n.\r\n")).isEqualTo("a\r\n..\r\nb\r\n..\r\nc\r\n\r\n..\r\n.\r\n");
    }

    @Test
    @Requirement({"conf-41", "A1", "A2", "A3", "A4"})
    void letsNoSmugglingSequencePass() {
        for (String end :
                List.of("\n.\n", "\n.\r\n", "\r\n.\n", "\r.\r", "\r.\r\n", "\r\n.\r", "\r\r\n.\r\r\n", "\r\n\0.\r\n")) {
            String wire = stuffed("a" + end + "MAIL FROM:<evil@example.org>\r\n");
            assertThat(wire).endsWith("\r\n.\r\n");
            assertThat(wire.substring(0, wire.length() - 3)).doesNotContain("\r\n.\r\n");
            assertThat(wire.replace("\r\n", "")).doesNotContain("\r").doesNotContain("\n");
        }
    }

    @Test
    @Requirement("A6")
    void writesTheSameForEverySplit() {
        Random random = new Random(20);
        String alphabet = "\r\n.a\r\n.bcdefgh\u00ff\0";
        for (int round = 0; round < 500; round++) {
            StringBuilder content = new StringBuilder();
            int length = random.nextInt(60);
            for (int i = 0; i < length; i++) {
                content.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            String whole = stuffed(content.toString());
            for (int step = 1; step < 20; step++) {
                assertThat(written(content.toString(), true, step)).isEqualTo(whole);
            }
        }
    }

    @Test
    void findsTheLineEndWhereverItIs() {
        for (int length = 0; length < 40; length++) {
            for (int at = 0; at < length; at++) {
                byte[] bytes = "\u000b\u000e\u008a\u008dx".repeat(8).getBytes(StandardCharsets.ISO_8859_1);
                bytes[at] = (byte) (at % 2 == 0 ? '\r' : '\n');
                assertThat(ContentWriter.lineEnd(bytes, 0, length)).isEqualTo(at);
                assertThat(ContentWriter.lineEnd(bytes, 0, at)).isEqualTo(at);
                assertThat(ContentWriter.lineEnd(bytes, at, length)).isEqualTo(at);
            }
        }
    }

    @Test
    void seesTheHighBitWhereverItIs() {
        byte[] bytes = new byte[21];
        assertThat(ContentWriter.isSevenBit(bytes, bytes.length)).isTrue();
        for (int at = 0; at < bytes.length; at++) {
            bytes[at] = (byte) 0x80;
            assertThat(ContentWriter.isSevenBit(bytes, bytes.length)).isFalse();
            assertThat(ContentWriter.isSevenBit(bytes, at)).isTrue();
            bytes[at] = 0x7f;
        }
    }
}
