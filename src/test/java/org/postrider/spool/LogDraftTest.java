package org.postrider.spool;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postrider.mail.QueueId;
import org.postrider.testing.Requirement;

final class LogDraftTest {
    private static final byte[] CONTENT = new byte[10_000];

    @TempDir
    private Path directory;

    @Test
    @Requirement("L6")
    void goesToAFileWhereDraftsHaveTakenAllTheMemoryTheyMay() throws IOException {
        DraftMemory memory = new DraftMemory(CONTENT.length * 3L / 2);
        try (Disk disk = FileDisk.open(directory)) {
            try (LogDraft first = draft(disk, 1, memory)) {
                first.write(CONTENT, 0, CONTENT.length);
                assertThat(first.isLarge()).isFalse();
                try (LogDraft second = draft(disk, 2, memory)) {
                    second.write(CONTENT, 0, CONTENT.length);
                    assertThat(second.isLarge()).isTrue();
                    assertThat(second.octets()).isEqualTo(CONTENT.length);
                }
            }
            try (LogDraft later = draft(disk, 3, memory)) {
                later.write(CONTENT, 0, CONTENT.length);
                assertThat(later.isLarge()).as("what was taken was given back").isFalse();
            }
        }
    }

    private static LogDraft draft(Disk disk, long id, DraftMemory memory) {
        return new LogDraft(disk, new QueueId(id), 256 << 10, 0, Durability.FSYNC, memory);
    }
}
