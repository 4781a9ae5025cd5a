package org.postrider.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.postrider.server.cli.CommandLineUser.Result;
import org.postrider.testing.FakePeer;
import org.postrider.testing.PoliteScript;
import tools.jackson.databind.JsonNode;

@Timeout(30)
final class SendCommandTest {
    @TempDir
    private Path directory;

    private CommandLineUser userOf(FakePeer peer) throws IOException {
        return CommandLineUser.withRoute(directory, "smtp:" + Target.text(peer.address()));
    }

    @Test
    void followsToTheDelivery() throws IOException {
        PoliteScript polite = PoliteScript.offering("PIPELINING");
        try (FakePeer peer = FakePeer.playing(polite);
                CommandLineUser user = userOf(peer)) {
            Result sent =
                    user.send("ada@one.example", "--subject=Greetings", "--body=It works.", "--from=me@x.example");
            assertThat(sent.code()).as(sent.err()).isZero();
            assertThat(sent.out()).startsWith("delivered ");
            assertThat(sent.err()).contains("<ada@one.example>");
            PoliteScript.Message message = polite.awaitMessage();
            assertThat(message.mail()).contains("<me@x.example>");
            assertThat(message.content()).contains("Subject: Greetings").contains("It works.");
        }
    }

    @Test
    void sendsAFileAsItIs() throws IOException {
        Path file = Files.writeString(directory.resolve("raw.eml"), "Subject: raw\n\n.dot\nlast");
        PoliteScript polite = PoliteScript.offering();
        try (FakePeer peer = FakePeer.playing(polite);
                CommandLineUser user = userOf(peer)) {
            assertThat(user.send("ada@one.example", "--file=" + file, "--raw").code())
                    .isZero();
            assertThat(polite.awaitMessage().content()).contains("Subject: raw\r\n\r\n.dot\r\nlast\r\n");
        }
    }

    @Test
    void tellsARefusalByTheNextHop() throws IOException {
        PoliteScript polite = PoliteScript.offering().answering("RCPT TO:", "550 5.1.1 Unknown here");
        try (FakePeer peer = FakePeer.playing(polite);
                CommandLineUser user = userOf(peer)) {
            Result sent = user.send("ada@one.example", "--from=", "--json");
            assertThat(sent.code()).as(sent.err()).isEqualTo(ExitCodes.REFUSED);
            assertThat(sent.err()).contains("550 5.1.1 Unknown here");
            JsonNode outcome = Output.JSON.readTree(sent.out());
            assertThat(outcome.path("outcome").asString()).isEqualTo("bounced");
            assertThat(outcome.path("exitCode").asInt()).isEqualTo(ExitCodes.REFUSED);
        }
    }

    @Test
    void tellsADeferralAndExplainTellsTheReply() throws IOException {
        PoliteScript polite = PoliteScript.offering().answering("RCPT TO:", "450 4.2.1 Busy");
        try (FakePeer peer = FakePeer.playing(polite);
                CommandLineUser user = userOf(peer)) {
            Result sent = user.send("ada@one.example", "--timeout=1s");
            assertThat(sent.code()).as(sent.err()).isEqualTo(ExitCodes.DEFERRED);
            assertThat(sent.out()).startsWith("deferred ");
            Result explained = user.ask("explain", "ada@one.example");
            assertThat(explained.out())
                    .contains("450 4.2.1 Busy")
                    .contains("attempts: 1")
                    .contains("until");
            assertThat(user.ask("queue", "retry", "ada@one.example").code()).isZero();
        }
    }

    @Test
    void tellsARefusalByTheServer() throws IOException {
        PoliteScript polite = PoliteScript.offering().answering("RCPT TO:", "554 5.7.1 Not here");
        try (FakePeer peer = FakePeer.playing(polite)) {
            Result sent =
                    CommandLineUser.type("send", "--to=ada@one.example", "--server=" + Target.text(peer.address()));
            assertThat(sent.code()).isEqualTo(ExitCodes.REFUSED);
            assertThat(sent.err()).contains("Not here");
        }
    }

    @Test
    void saysThatThereIsNoServer() throws IOException {
        InetSocketAddress gone;
        try (FakePeer peer = FakePeer.playing(_ -> {})) {
            gone = peer.address();
        }
        Result sent = CommandLineUser.type("send", "--to=ada@one.example", "--server=" + Target.text(gone));
        assertThat(sent.code()).isEqualTo(ExitCodes.IO);
        assertThat(sent.err()).contains("postrider dev");
    }

    @Test
    void understandsNoNonsense() {
        assertThat(CommandLineUser.type("send").code()).isEqualTo(ExitCodes.USAGE);
        assertThat(CommandLineUser.type("send", "--to=nonsense").code()).isEqualTo(ExitCodes.USAGE);
        assertThat(CommandLineUser.type("send", "--to=a@b.example", "--timeout=soon")
                        .code())
                .isEqualTo(ExitCodes.USAGE);
        assertThat(CommandLineUser.type("send", "--to=a@b.example", "--server=nonsense")
                        .code())
                .isEqualTo(ExitCodes.USAGE);
    }
}
