package org.postrider.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.postrider.server.cli.CommandLineUser.Result;
import tools.jackson.databind.JsonNode;

@Timeout(30)
final class SpoolCommandsTest {
    private static final String MARK = "the words of this very message";

    @TempDir
    private Path directory;

    private void leaveOneMessage() throws IOException {
        try (CommandLineUser user = CommandLineUser.withRoute(directory, "hold")) {
            assertThat(user.send("ada@one.example", "--body=" + MARK).code()).isEqualTo(ExitCodes.DEFERRED);
        }
    }

    private String data() {
        return "--data-dir=" + directory.resolve("data");
    }

    @Test
    void findsASoundSpoolSound() throws IOException {
        leaveOneMessage();
        Result checked = CommandLineUser.type("spool", "fsck", data(), "--json");
        assertThat(checked.code()).isZero();
        JsonNode json = Output.JSON.readTree(checked.out());
        assertThat(json.path("sound").asBoolean()).isTrue();
        assertThat(json.path("messages").asInt()).isEqualTo(1);
        assertThat(CommandLineUser.type("spool", "fsck", "--config=" + directory.resolve("postrider.toml"))
                        .out())
                .contains("sound: 1 messages to 1 recipients");
    }

    @Test
    void findsDamage() throws IOException {
        leaveOneMessage();
        damage();
        Result checked = CommandLineUser.type("spool", "fsck", data());
        assertThat(checked.code()).as(checked.out()).isEqualTo(ExitCodes.DAMAGED);
        assertThat(checked.out()).contains("damaged: ").contains("DAMAGED");
    }

    /** Changes one octet of the message's content, as a failing disk would. */
    private void damage() throws IOException {
        byte[] mark = MARK.getBytes(java.nio.charset.StandardCharsets.US_ASCII);
        try (var files = Files.walk(directory.resolve("data/spool"))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                String text = Files.readString(file, java.nio.charset.StandardCharsets.ISO_8859_1);
                int at = text.indexOf(MARK);
                if (at >= 0) {
                    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                        channel.write(ByteBuffer.wrap(new byte[] {(byte) (mark[0] ^ 1)}), at);
                    }
                    return;
                }
            }
        }
        throw new AssertionError("the message is not in the spool");
    }

    @Test
    void takesMailToAnotherSpool() throws IOException {
        leaveOneMessage();
        Path archive = directory.resolve("mail.archive");
        Result exported = CommandLineUser.type("spool", "export", archive.toString(), data(), "--json");
        assertThat(exported.code()).as(exported.err()).isZero();
        assertThat(Output.JSON.readTree(exported.out()).path("messages").asInt())
                .isEqualTo(1);
        String other = "--data-dir=" + directory.resolve("other");
        Result imported = CommandLineUser.type("spool", "import", archive.toString(), other);
        assertThat(imported.code()).as(imported.err()).isZero();
        assertThat(imported.out()).contains("imported 1 messages");
        assertThat(CommandLineUser.type("spool", "fsck", other).out()).contains("sound: 1 messages");
    }

    @Test
    void anArchiveIsNeverOverwritten() throws IOException {
        leaveOneMessage();
        Path archive = Files.writeString(directory.resolve("mail.archive"), "precious");
        Result exported = CommandLineUser.type("spool", "export", archive.toString(), data());
        assertThat(exported.code()).isEqualTo(ExitCodes.IO);
        assertThat(archive).hasContent("precious");
    }

    @Test
    void anArchiveThatBreaksOffSaysWhatIsInTheSpool() throws IOException {
        leaveOneMessage();
        Path archive = directory.resolve("mail.archive");
        CommandLineUser.type("spool", "export", archive.toString(), data());
        byte[] whole = Files.readAllBytes(archive);
        Files.write(archive, java.util.Arrays.copyOf(whole, whole.length - 20));
        Result imported =
                CommandLineUser.type("spool", "import", archive.toString(), "--data-dir=" + directory.resolve("other"));
        assertThat(imported.code()).isEqualTo(ExitCodes.IO);
        assertThat(imported.err()).contains("breaks off");
    }

    @Test
    void leavesTheSpoolOfARunningServerAlone() throws IOException {
        try (CommandLineUser user = CommandLineUser.withRoute(directory, "hold")) {
            for (String[] command : new String[][] {
                {"spool", "fsck", data()},
                {"spool", "export", directory.resolve("mail.archive").toString(), data()}
            }) {
                Result result = CommandLineUser.type(command);
                assertThat(result.code()).isEqualTo(ExitCodes.IO);
                assertThat(result.err()).contains("in use").contains("stop the server");
            }
            assertThat(directory.resolve("mail.archive")).doesNotExist();
            assertThat(user.ask("queue", "summary").code()).isZero();
        }
    }

    @Test
    void looksForNoSpoolWhereThereIsNone() {
        Result checked = CommandLineUser.type("spool", "fsck", "--data-dir=" + directory.resolve("typo"));
        assertThat(checked.code()).isEqualTo(ExitCodes.NOT_FOUND);
        assertThat(directory.resolve("typo")).doesNotExist();
        assertThat(CommandLineUser.type(
                                "spool", "import", directory.resolve("typo").toString(), data())
                        .code())
                .isEqualTo(ExitCodes.NOT_FOUND);
    }
}
