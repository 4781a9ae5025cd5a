package org.postrider.smtp.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.postrider.smtp.client.Fixtures.PATIENT;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.postrider.mail.EnhancedStatus;
import org.postrider.mail.Reply;
import org.postrider.testing.FakePeer;
import org.postrider.testing.Requirement;

@Timeout(30)
class ReplyReaderTest {

    private static Reply read(String octets) throws BrokenWire {
        return read(line -> line.sayOctets(octets.getBytes(StandardCharsets.UTF_8)));
    }

    private static Reply read(FakePeer.Script saying) throws BrokenWire {
        try (FakePeer peer = FakePeer.playing(saying);
                Wire wire = Wire.connect(Fixtures.dial(peer), PATIENT)) {
            return new ReplyReader(wire).read(Duration.ofSeconds(15));
        }
    }

    @Test
    @Requirement({"RFC 2034 §4", "RFC 5321 §4.2.1"})
    void readsAReplyOfSeveralLines() throws BrokenWire {
        assertThat(read("550-5.1.1 The user\r\n550-is\r\n550 5.1.1 gone\r\n"))
                .isEqualTo(new Reply(550, EnhancedStatus.of("5.1.1"), List.of("The user", "is", "gone")));
    }

    @Test
    void readsTheShortestReplies() throws BrokenWire {
        assertThat(read("250\r\n")).isEqualTo(Reply.plain(250, ""));
        assertThat(read("250 \r\n")).isEqualTo(Reply.plain(250, ""));
        assertThat(read("250 2.0.0\r\n")).isEqualTo(Reply.of(250, "2.0.0", ""));
        assertThat(read("250-\r\n250\r\n")).isEqualTo(new Reply(250, null, List.of("", "")));
    }

    @Test
    void takesALoneLineFeedForALinesEnd() throws BrokenWire {
        assertThat(read("250-a\n250 b\n")).isEqualTo(new Reply(250, null, List.of("a", "b")));
    }

    @Test
    void takesForAnEnhancedStatusOnlyWhatIsOne() throws BrokenWire {
        for (String text :
                List.of("5.1 x", "5.1.1234 x", "5.1.1.1 x", "5..1 x", "3.1.1 x", "5.1.1x", "55.1.1", "5.1.", "5")) {
            assertThat(read("550 " + text + "\r\n")).isEqualTo(Reply.plain(550, text));
        }
        assertThat(read("550 5.999.000 x\r\n").status()).isEqualTo(new EnhancedStatus(5, 999, 0));
    }

    @Test
    void givesAnIntermediateReplyNoEnhancedStatus() throws BrokenWire {
        assertThat(read("354 2.0.0 Go\r\n")).isEqualTo(Reply.plain(354, "2.0.0 Go"));
    }

    @Test
    @Requirement("K4")
    void takesALineUpToItsLimitAndNoLonger() throws BrokenWire {
        String longest = "x".repeat(4096 - "250 \r\n".length());
        assertThat(read("250 " + longest + "\r\n").lines()).containsExactly(longest);
        assertThatThrownBy(() -> read("250 " + longest + "x\r\n"))
                .isInstanceOfSatisfying(
                        BrokenWire.class, e -> assertThat(e.failure()).isEqualTo(Failure.PROTOCOL));
    }

    @Test
    @Requirement("K4")
    void takesLinesUpToTheirLimitAndNoMore() throws BrokenWire {
        String lines = "250-x\r\n".repeat(ReplyReader.LINES_MAX - 1);
        assertThat(read(lines + "250 x\r\n").lines()).hasSize(ReplyReader.LINES_MAX);
        assertThatThrownBy(() -> read(lines + "250-x\r\n250 x\r\n")).isInstanceOf(BrokenWire.class);
        String wide = ("250-" + "x".repeat(1_000) + "\r\n").repeat(20);
        assertThatThrownBy(() -> read(wide)).isInstanceOf(BrokenWire.class);
    }

    @Test
    void readsTheSameHoweverItIsCut() throws BrokenWire {
        byte[] octets = "550-5.1.1 One\r\n550 5.1.1 Two \u00e9\r\n".getBytes(StandardCharsets.UTF_8);
        assertThat(read(line -> line.drip(octets, Duration.ofMillis(1))).lines())
                .containsExactly("One", "Two \u00e9");
    }

    @Test
    void tellsAnEndInTheMiddleOfALine() {
        assertThatThrownBy(() -> read("250 Nearly"))
                .isInstanceOfSatisfying(
                        BrokenWire.class, e -> assertThat(e.failure()).isEqualTo(Failure.BROKEN));
    }
}
