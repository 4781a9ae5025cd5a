package org.postrider.event;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.postrider.mail.QueueId;
import org.postrider.testing.Requirement;

@Timeout(30)
class MailLogTest {
    private static final Clock CLOCK = Clock.fixed(Sample.AT, ZoneOffset.UTC);

    @TempDir
    Path directory;

    private Path file() {
        return directory.resolve("mail.log");
    }

    @Test
    void writesAllThatWasPublishedBeforeItClosed() throws IOException {
        try (MailLog log = new MailLog(file(), CLOCK, 10_000)) {
            for (int i = 1; i <= 5_000; i++) {
                log.publish(Sample.accepted(new QueueId(i), "bob@example.com"));
            }
        }
        List<String> lines = Files.readAllLines(file());
        assertThat(lines).hasSize(5_000);
        for (int i = 1; i <= 5_000; i++) {
            assertThat(lines.get(i - 1)).contains("\"id\":\"" + new QueueId(i).text() + "\"");
        }
    }

    @Test
    void appendsToWhatIsThere() throws IOException {
        Files.writeString(file(), "old\n");
        try (MailLog log = new MailLog(file(), CLOCK, 10)) {
            log.publish(Sample.accepted(Sample.ID, "bob@example.com"));
        }
        assertThat(Files.readAllLines(file())).hasSize(2).startsWith("old");
    }

    @Test
    void losesNothingSilently() throws IOException {
        int published = 200_000;
        long lost;
        try (MailLog log = new MailLog(file(), CLOCK, 4)) {
            for (int i = 1; i <= published; i++) {
                log.publish(Sample.accepted(Sample.ID, "bob@example.com"));
            }
            lost = log.lostEver();
        }
        assertThat(lost).isPositive();
        long told = 0;
        long lines = 0;
        for (String line : Files.readAllLines(file())) {
            if (line.contains("\"event\":\"lost\"")) {
                told += Long.parseLong(line.substring(line.lastIndexOf(':') + 1, line.length() - 1));
            } else {
                lines++;
            }
        }
        assertThat(lines + lost).isEqualTo(published);
        assertThat(told).isEqualTo(lost);
    }

    @Test
    void goesOnInANewFileAfterRotation() throws IOException {
        Path old = directory.resolve("mail.log.1");
        try (MailLog log = new MailLog(file(), CLOCK, 10)) {
            log.publish(Sample.accepted(new QueueId(1), "bob@example.com"));
            Files.move(file(), old);
            log.reopen();
            log.publish(Sample.accepted(new QueueId(2), "bob@example.com"));
        }
        String all = Files.readString(old) + (Files.exists(file()) ? Files.readString(file()) : "");
        assertThat(all.lines()).hasSize(2);
        assertThat(Files.readString(file())).contains(new QueueId(2).text());
    }

    @Test
    @Requirement("L3")
    void countsWhatTheDiskDoesNotTake() throws IOException {
        Path place = Files.createDirectory(directory.resolve("log"));
        Path file = place.resolve("mail.log");
        long lost;
        try (MailLog log = new MailLog(file, CLOCK, 10)) {
            Files.delete(file);
            Files.delete(place);
            log.reopen();
            log.publish(Sample.accepted(Sample.ID, "bob@example.com"));
            while (log.lostEver() == 0) {
                Thread.onSpinWait();
            }
            Files.createDirectory(place);
            log.publish(Sample.accepted(new QueueId(2), "bob@example.com"));
            lost = log.lostEver();
        }
        assertThat(lost).isEqualTo(1);
        assertThat(Files.readString(file))
                .contains("{\"time\":\"2026-11-23T21:00:00.007Z\",\"event\":\"lost\",\"count\":1}\n")
                .contains(new QueueId(2).text());
    }
}
