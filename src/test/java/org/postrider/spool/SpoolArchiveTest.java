package org.postrider.spool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.postrider.mail.QueueId;
import org.postrider.testing.Requirement;

@Timeout(60)
class SpoolArchiveTest {
    private static final InstantSource CLOCK = () -> Mails.NOON;

    @TempDir
    Path directory = Path.of("unset");

    private LogSpool open() throws IOException {
        return LogSpool.open(directory, SpoolSettings.DEFAULT.withSpace(Long.MAX_VALUE, 0, 0), CLOCK);
    }

    @Test
    void bringsMessagesAndTheirStatesToAnotherSpool() throws IOException {
        byte[] large = Mails.content(2, 500_000);
        try (LogSpool spool = open()) {
            QueueId first = Mails.committed(spool, Mails.arrival(2), Mails.content(1, 3_000));
            Mails.committed(spool, Mails.arrival(1), large);
            spool.update(List.of(new Update(first, 1, Mails.deferred(2))), () -> {});
        }
        ByteArrayOutputStream archive = new ByteArrayOutputStream();
        assertThat(SpoolArchive.export(directory, archive, CLOCK)).isEqualTo(2);
        RamSpool other = new RamSpool();
        assertThat(SpoolArchive.importInto(other, new ByteArrayInputStream(archive.toByteArray())))
                .isEqualTo(2);

        List<StoredMessage> found = new ArrayList<>();
        other.forEach(found::add);
        assertThat(found.getFirst().states()).containsExactly(Optional.empty(), Optional.of(Mails.deferred(2)));
        assertThat(found.getFirst().arrival()).isEqualTo(Mails.arrival(2));
        assertThat(Mails.read(other, found.getLast().id())).isEqualTo(Mails.whole(large));
    }

    @Test
    void refusesAnArchiveThatBreaksOff() throws IOException {
        RamSpool spool = new RamSpool();
        Mails.committed(spool, Mails.arrival(1), Mails.content(1, 3_000));
        ByteArrayOutputStream archive = new ByteArrayOutputStream();
        SpoolArchive.export(spool, archive);
        byte[] half = Arrays.copyOf(archive.toByteArray(), archive.size() / 2);
        assertThatThrownBy(() -> SpoolArchive.importInto(new RamSpool(), new ByteArrayInputStream(half)))
                .isInstanceOf(IOException.class);
    }

    @Test
    void checksASoundSpool() throws IOException {
        try (LogSpool spool = open()) {
            Mails.committed(spool, Mails.arrival(2), Mails.content(1, 3_000));
        }
        Files.writeString(directory.resolve("large/0123456789ABC"), "left over");
        SpoolCheck.Result result = SpoolCheck.run(directory, false, CLOCK);
        assertThat(result.isSound()).isTrue();
        assertThat(result.messages()).isEqualTo(1);
        assertThat(result.recipients()).isEqualTo(2);
        assertThat(result.orphans()).containsExactly("0123456789ABC");
        assertThat(directory.resolve("large/0123456789ABC")).exists();
        assertThat(SpoolCheck.run(directory, true, CLOCK).orphans()).isEmpty();
    }

    @Test
    @Requirement("L4")
    void reportsContentThatIsDamaged() throws IOException {
        try (LogSpool spool = open()) {
            Mails.committed(spool, Mails.arrival(1), Mails.content(1, 3_000));
        }
        Path segment;
        try (Stream<Path> files = Files.list(directory)) {
            segment = files.filter(file -> file.toString().contains("segment-"))
                    .sorted()
                    .findFirst()
                    .orElseThrow();
        }
        try (RandomAccessFile file = new RandomAccessFile(segment.toFile(), "rw")) {
            file.seek(2_000);
            int octet = file.read();
            file.seek(2_000);
            file.write(octet ^ 1);
        }
        assertThat(SpoolCheck.run(directory, false, CLOCK).damaged()).hasSize(1);
    }
}
