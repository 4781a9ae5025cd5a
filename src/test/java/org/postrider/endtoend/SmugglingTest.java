package org.postrider.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.postrider.server.crash.SinkServer;
import org.postrider.testing.Requirement;

@Timeout(60)
final class SmugglingTest {
    private static final List<String> NOT_AN_END =
            List.of("\n.\n", "\n.\r\n", "\r\n.\n", "\r.\r", "\r.\r\n", "\r\n.\r", "\r\n\0.\r\n");

    @TempDir
    private Path directory;

    @Test
    @Requirement({"A1", "A2", "A3", "A4", "conf-14", "RFC 5321 §4.1.1.4"})
    void nothingButALineOfOneDotEndsAMessage() throws IOException, InterruptedException {
        try (CollectingSink sink = CollectingSink.start();
                PostriderUnderTest server = PostriderUnderTest.in(directory)
                        .route("*", sink.address())
                        .start()) {
            int accepted = 0;
            for (String end : NOT_AN_END) {
                accepted += smuggle(server, end) ? 1 : 0;
            }
            try (Dialogue honest = new Dialogue(server.smtp())) {
                honest.ehlo().deliver("alice@sender.test", Letters.letter("honest"), "bob@peer.test");
            }
            for (SinkServer.Received received : sink.await(accepted + 1)) {
                assertThat(received.reversePath()).isEqualTo("alice@sender.test");
                String text = new String(received.content(), StandardCharsets.ISO_8859_1);
                assertThat(text.replace("\r\n", "")).doesNotContain("\r").doesNotContain("\n");
            }
            server.drain();
        }
    }

    /** One reply comes to the whole of it, whatever it is; the second envelope is never acted on. Says whether it was taken. */
    private static boolean smuggle(PostriderUnderTest server, String end) throws IOException {
        try (Dialogue client = new Dialogue(server.smtp())) {
            client.ehlo().envelope("alice@sender.test", "bob@peer.test");
            client.say("DATA", "354");
            client.send("Subject: outer\r\n\r\nbody" + end
                    + "MAIL FROM:<mallory@sender.test>\r\nRCPT TO:<victim@peer.test>\r\nDATA\r\nSubject: inner\r\n\r\nx"
                    + "\r\n.\r\n");
            String reply = client.reply();
            assertThat(reply)
                    .as("after %s", end.replace("\r", "<CR>").replace("\n", "<LF>"))
                    .matches("(?s)(250|5\\d\\d)[ -].*");
            if (!end.contains("\0")) {
                client.say("NOOP", "250");
            }
            return reply.startsWith("250");
        }
    }
}
