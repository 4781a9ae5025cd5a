package org.postrider.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.postrider.server.cli.CommandLineUser.Result;

@Timeout(60)
final class ExplainRefusalTest {
    @TempDir
    private Path directory;

    @Test
    void tellsOfMailThatWasRefused() throws IOException {
        try (CommandLineUser user = CommandLineUser.withRoute(directory, "hold")) {
            user.stop();
            user.configure("hold", "[[domain]]\nname = \"ours.example\"\nrecipients = [\"bob\"]\n");
            user.start();
            user.send("mallory@ours.example");
            Result explained = user.ask("explain", "Mallory@ours.example");
            assertThat(explained.code()).as(explained.err()).isZero();
            assertThat(explained.out())
                    .contains("refused at ", "550 5.1.1 User unknown in ours.example")
                    .contains("  found: recipient reject: it is not named");
            assertThat(user.ask("explain", "mallory@ours.example", "--json").out())
                    .contains("\"verdict\"");
            user.send("bob@ours.example");
            assertThat(user.ask("explain", "bob@ours.example").out()).contains("  found: recipient pass: it is named");
            assertThat(user.ask("explain", "nobody@ours.example").code()).isEqualTo(ExitCodes.NOT_FOUND);
        }
    }
}
