package org.postrider.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postrider.mail.QueueId;
import org.postrider.queue.Attempt;
import org.postrider.queue.Outcome;
import org.postrider.queue.Outcome.Result;
import org.postrider.queue.Outcome.SuccessNotice;
import org.postrider.queue.Site;
import org.postrider.testing.Requirement;

@Timeout(20)
final class MaildirDeliveryTest {
    private static final Site SITE = new Site("maildir:{domain}/{local}");

    @TempDir
    private Path base = Path.of("");

    private Rig rig = new Rig(RouteTable.EMPTY, new Settings());

    @BeforeEach
    void useTheDirectory() {
        rig.deliverer.configure(RouteTable.EMPTY, new Settings().base(base).made());
    }

    @AfterEach
    void stop() {
        rig.close();
    }

    private static List<Result> results(Outcome outcome) {
        return ((Outcome.Answered) outcome).results();
    }

    private static List<Path> files(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.toList();
        }
    }

    @Test
    @Requirement({"conf-26", "RFC 5321 §4.4"})
    void writesTheMessageWithItsReturnPathAlone() throws IOException {
        Outcome outcome = rig.attempt(rig.spool.put("Bob@example.net"), SITE);

        assertThat(results(outcome).getFirst())
                .isInstanceOfSatisfying(
                        Result.Delivered.class,
                        delivered -> assertThat(delivered.successNotice()).isEqualTo(SuccessNotice.DELIVERED));
        List<Path> files = files(base.resolve("example.net/bob/new"));
        assertThat(files).hasSize(1);
        assertThat(Files.readString(files.getFirst())).isEqualTo("""
            Return-Path: <alice@sender.example>
            Received: by us
            Subject: Hello

            Body
            Return-Path: not a field
            """);
        assertThat(files(base.resolve("example.net/bob/tmp"))).isEmpty();
        assertThat(base.resolve("example.net/bob/cur")).isDirectory();
    }

    @Test
    void deliversOnceHoweverOftenItIsRepeated() throws IOException {
        QueueId id = rig.spool.put("bob@example.net", "bob@example.net");
        rig.attempt(id, SITE);
        rig.attempt(new Attempt(id, List.of(0, 1), SITE, "default", 2));
        Path fresh = base.resolve("example.net/bob/new");
        assertThat(files(fresh)).hasSize(2);

        for (Path file : files(fresh)) {
            Files.move(file, base.resolve("example.net/bob/cur").resolve(file.getFileName() + ":2,S"));
        }
        rig.attempt(new Attempt(id, List.of(0, 1), SITE, "default", 3));
        assertThat(files(fresh)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"../../etc/x\"@example.net",
                "\"a/../b\"@example.net",
                "a/b@example.net",
                "\"..\"@example.net",
                "\".hidden\"@example.net",
                "-rf@example.net",
                "cur@example.net",
                "NEW@example.net",
                "tmp@example.net",
                "\"a b\"@example.net",
                "`id`@example.net",
                "${x}@example.net",
                "{local}@example.net",
                "bücher@example.net",
                "bob@[127.0.0.1]"
            })
    @Requirement("D4")
    void putsNoOddAddressIntoAPath(String address) throws IOException {
        assertThat(results(rig.attempt(rig.spool.put(address), SITE)).getFirst())
                .isInstanceOf(Result.Refused.class);
        assertThat(files(base)).isEmpty();
    }

    @Test
    void defersWhatCannotBeWritten() throws IOException {
        Files.writeString(base.resolve("example.net"), "a file where a directory is wanted");

        assertThat(results(rig.attempt(rig.spool.put("bob@example.net"), SITE)).getFirst())
                .isInstanceOf(Result.Deferred.class);
    }

    @Test
    void defersWhatCannotBeReadAndLeavesNothingBehind() throws IOException {
        rig.spool.breakContent();

        assertThat(results(rig.attempt(rig.spool.put("bob@example.net"), SITE)).getFirst())
                .isInstanceOf(Result.Deferred.class);
        assertThat(files(base.resolve("example.net/bob/tmp"))).isEmpty();
        assertThat(files(base.resolve("example.net/bob/new"))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "\r\n",
                "Return-Path: x\r\n",
                "RETURN-PATH:x\r\n y\r\nA: b\r\n\r\n",
                "Return-Pathology: x\r\n\r\n",
                "Return-Path",
                "A: b\r\n\r\nReturn-Path: x\r\n",
                "A: b\r\n\r\ncr\rcr\r\r\nlast\r",
                "A: b\r\n c\r\nReturn-Path: <x>\r\n"
            })
    @Requirement("conf-26")
    void takesOnlyReturnPathFieldsAway(String content) throws IOException {
        String expected = content.replaceAll(
                        "(?i)\\A((?:(?!return-path:)[^\r\n]+\r\n)*)return-path:[^\r\n]*\r\n(?:[ \t][^\r\n]*\r\n)*",
                        "$1")
                .replace("\r\n", "\n");
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        MaildirContent.write(new ByteArrayInputStream(content.getBytes(StandardCharsets.UTF_8)), "s@x", out);

        assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo("Return-Path: <s@x>\n" + expected);
    }

    private static String written(String content) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        MaildirContent.write(new ByteArrayInputStream(content.getBytes(StandardCharsets.UTF_8)), "s@x", out);
        return out.toString(StandardCharsets.UTF_8).substring("Return-Path: <s@x>\n".length());
    }

    @Test
    @Requirement({"conf-26", "RFC 5322 §4.5"})
    void takesReturnPathFieldsOfObsoleteSyntaxAway() throws IOException {
        assertThat(written("A: b\r\nReturn-Path : <x>\r\nReturn-path\t \t:y\r\n z\r\nB : c\r\n\r\nd\r\n"))
                .isEqualTo("A: b\nB : c\n\nd\n");
        assertThat(written("Return-Path \r\n")).isEqualTo("Return-Path \n");
        String blanks = " ".repeat(2_000);
        assertThat(written("Return-Path" + blanks + ": x\r\n")).isEqualTo("Return-Path" + blanks + ": x\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"no field", "word", "Return-Path", "Return-Path x: y", ": empty", "\u00fc: x", " folded nothing"
            })
    @Requirement("conf-26")
    void endsTheHeaderAtALineThatIsNoField(String line) throws IOException {
        String first = line.startsWith(" ") ? "" : "A: b\r\n";
        String content = first + line + "\r\nReturn-Path: kept\r\n";
        assertThat(written(content)).isEqualTo(content.replace("\r\n", "\n"));
    }
}
