package org.postrider.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.postrider.testing.Requirement;

@Timeout(60)
final class DisconnectInDataTest {
    @TempDir
    private Path directory;

    @Test
    @Requirement("RFC 5321 §4.1.1.4")
    void aMessageWithoutItsLastDotIsForgotten() throws IOException, InterruptedException {
        try (CollectingSink sink = CollectingSink.start();
                PostriderUnderTest server = PostriderUnderTest.in(directory)
                        .route("*", sink.address())
                        .start()) {
            try (Dialogue broken = new Dialogue(server.smtp())) {
                broken.ehlo().envelope("alice@sender.test", "bob@peer.test");
                broken.say("DATA", "354");
                broken.send(Letters.letter("broken"));
            }
            try (Dialogue brokenAfterTheDot = new Dialogue(server.smtp())) {
                brokenAfterTheDot.ehlo().envelope("alice@sender.test", "bob@peer.test");
                brokenAfterTheDot.say("DATA", "354");
                brokenAfterTheDot.send(Letters.letter("dot-without-line-end"));
                brokenAfterTheDot.send(".\r");
            }
            try (Dialogue whole = new Dialogue(server.smtp())) {
                whole.ehlo().deliver("alice@sender.test", Letters.letter("whole"), "bob@peer.test");
            }
            assertThat(new String(sink.awaitOne().content(), StandardCharsets.US_ASCII))
                    .contains("Subject: whole");
            server.drain();
            assertThat(sink.count()).isEqualTo(1);
        }
    }
}
