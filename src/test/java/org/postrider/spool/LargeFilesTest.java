package org.postrider.spool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.postrider.mail.QueueId;

/** What becomes of content files, and that nothing of one message comes into another. */
class LargeFilesTest {
    private static final int LARGE_MIN = 4_096;

    private final SimDisk disk = new SimDisk(new SplittableRandom(1));
    private final LargeFiles files = new LargeFiles(disk);
    private final DraftMemory memory = new DraftMemory(1 << 20);

    private static QueueId id(long number) {
        return new QueueId(number);
    }

    private void write(long number, int octets) throws IOException {
        byte[] content = Mails.content(number, octets);
        LogDraft draft = new LogDraft(disk, files, id(number), LARGE_MIN, 0, Durability.FSYNC, memory);
        draft.write(content, 0, octets);
        draft.sync();
        draft.keep();
    }

    private byte[] read(DiskFile file) throws IOException {
        ByteBuffer octets = ByteBuffer.allocate((int) file.size());
        file.read(octets, 0);
        return octets.array();
    }

    private void takeBack(long number, long octets) throws IOException {
        files.takeBack(new LargeFiles.Finished(id(number), octets), LargeFiles.SPARES_MAX);
    }

    @Test
    void aFinishedFileIsWrittenOverByTheNextMessage() throws IOException {
        write(1, 50_000);
        takeBack(1, 50_000);
        assertThat(disk.list(SpoolFiles.LARGE)).containsExactly("spare-0000000000");
        write(2, 60_000);
        assertThat(disk.list(SpoolFiles.LARGE)).containsExactly(id(2).text());
        assertThat(read(files.open(id(2)))).isEqualTo(Mails.content(2, 60_000));
    }

    @Test
    void nothingOfTheLongerOneBeforeIsLeft() throws IOException {
        write(1, 50_000);
        takeBack(1, 50_000);
        write(2, 10_000);
        assertThat(read(files.open(id(2)))).isEqualTo(Mails.content(2, 10_000));
    }

    @Test
    void whatIsBeingReadIsNotWrittenOver() throws IOException {
        write(1, 50_000);
        DiskFile reading = files.open(id(1));
        takeBack(1, 50_000);
        write(2, 50_000);
        assertThat(read(reading)).isEqualTo(Mails.content(1, 50_000));
        assertThat(disk.list(SpoolFiles.LARGE)).containsExactly(id(2).text());
        files.leave(id(1));
        assertThatThrownBy(() -> files.open(id(1))).isInstanceOf(NoSuchFileException.class);
    }

    @Test
    void longFilesAndThoseBeyondTheBoundAreRemoved() throws IOException {
        write(1, 5_000);
        takeBack(1, LargeFiles.SPARE_OCTETS_MAX + 1);
        assertThat(disk.list(SpoolFiles.LARGE)).isEmpty();
        for (int i = 2; i < LargeFiles.SPARES_MAX + 4; i++) {
            write(i, 5_000);
        }
        for (int i = 2; i < LargeFiles.SPARES_MAX + 4; i++) {
            takeBack(i, 5_000);
        }
        assertThat(disk.list(SpoolFiles.LARGE)).hasSize(LargeFiles.SPARES_MAX);
        files.trim();
        assertThat(disk.list(SpoolFiles.LARGE)).isEmpty();
    }

    @Test
    void aSpareFileThatIsGoneIsReplaced() throws IOException {
        write(1, 5_000);
        takeBack(1, 5_000);
        disk.delete(SpoolFiles.spareLarge(0));
        write(2, 5_000);
        assertThat(read(files.open(id(2)))).isEqualTo(Mails.content(2, 5_000));
    }

    /** As a start finds it that reads again how a message ended whose file an earlier run took back. */
    @Test
    void aFinishedFileThatIsGoneIsNoFailure() throws IOException {
        takeBack(1, 50_000);
        assertThat(disk.list(SpoolFiles.LARGE)).isEmpty();
        write(2, 50_000);
        assertThat(read(files.open(id(2)))).isEqualTo(Mails.content(2, 50_000));
    }

    @Test
    void aDraftThatIsGivenUpLeavesNoFile() throws IOException {
        write(1, 50_000);
        takeBack(1, 50_000);
        try (LogDraft draft = new LogDraft(disk, files, id(2), LARGE_MIN, 0, Durability.FSYNC, memory)) {
            draft.write(Mails.content(2, 10_000), 0, 10_000);
            try (InputStream content = draft.content()) {
                assertThat(content.readAllBytes()).isEqualTo(Mails.content(2, 10_000));
            }
        }
        assertThat(disk.list(SpoolFiles.LARGE)).isEqualTo(List.of());
    }
}
