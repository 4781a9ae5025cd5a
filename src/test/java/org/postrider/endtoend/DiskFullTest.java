package org.postrider.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.postrider.spool.DiskFaults;
import org.postrider.testing.Requirement;

@Timeout(90)
@Requirement("L3")
final class DiskFullTest {
    private static final int TRIES_MAX = 200;

    @TempDir
    private Path directory;

    @Test
    @Requirement("conf-45")
    void newMailIsToldToComeBackWhileSpaceIsShort() throws IOException, InterruptedException {
        try (PostriderUnderTest server = PostriderUnderTest.in(directory)
                        .route("*", "hold")
                        .section("[spool]\nfree-min = \"1000000 GiB\"")
                        .start();
                Dialogue client = new Dialogue(server.smtp())) {
            client.ehlo();
            client.send("MAIL FROM:<alice@sender.test>\r\n");
            assertThat(refusalOf(client)).startsWith("452 4.3.1");
            server.drain();
        }
    }

    /** The refusal may come to MAIL, to DATA or to the last dot. */
    private static String refusalOf(Dialogue client) throws IOException {
        String reply = client.reply();
        if (reply.startsWith("250")) {
            client.say("RCPT TO:<bob@peer.test>", "250");
            client.send("DATA\r\n");
            reply = client.reply();
        }
        if (reply.startsWith("354")) {
            client.send(Wire.dotted(Letters.letter("full")));
            reply = client.reply();
        }
        return reply;
    }

    @Test
    void aDiskThatFillsUpRefusesMailAndTakesItAgainLater() throws IOException, InterruptedException {
        try (CollectingSink sink = CollectingSink.start();
                PostriderUnderTest server = PostriderUnderTest.in(directory)
                        .route("*", sink.address())
                        .javaOption("-D" + DiskFaults.PROPERTY + "=full@30")
                        .start();
                Dialogue client = new Dialogue(server.smtp())) {
            client.ehlo();
            int accepted = 0;
            int refused = 0;
            boolean again = false;
            for (int i = 0; i < TRIES_MAX && !again; i++) {
                if (offer(client, "full-" + i)) {
                    accepted++;
                    again = refused > 0;
                } else {
                    refused++;
                }
            }
            assertThat(refused).as("refused").isPositive();
            assertThat(again).as("taken again").isTrue();
            sink.await(accepted);
            server.drain();
            assertThat(sink.count()).isEqualTo(accepted);
        }
    }

    private static boolean offer(Dialogue client, String id) throws IOException {
        client.send("MAIL FROM:<alice@sender.test>\r\n");
        String reply = client.reply();
        if (reply.startsWith("250")) {
            client.say("RCPT TO:<bob@peer.test>", "250");
            client.send("DATA\r\n");
            reply = client.reply();
        }
        if (reply.startsWith("354")) {
            client.send(Wire.dotted(Letters.letter(id)));
            reply = client.reply();
        } else {
            client.say("RSET", "250");
        }
        assertThat(reply).matches("(?s)(250|451|452)[ -].*");
        return reply.startsWith("250");
    }
}
