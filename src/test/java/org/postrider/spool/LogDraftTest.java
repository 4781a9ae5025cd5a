package org.postrider.spool;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.SplittableRandom;
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

    @Test
    void arraysOfDraftsInFilesServeTheNextOnesAndNothingIsMixedUp() throws IOException {
        SimDisk disk = new SimDisk(new SplittableRandom(1));
        DraftMemory memory = new DraftMemory(10 << 20);
        for (int i = 1; i <= 9; i++) {
            byte[] content = Mails.content(i, i % 3 == 0 ? 100_000 : 300_000);
            try (LogDraft draft = draft(disk, i, memory)) {
                for (int at = 0; at < content.length; at += 20_000) {
                    draft.write(content, at, 20_000);
                }
                assertThat(draft.isLarge()).isEqualTo(content.length > 200_000);
                assertThat(draft.content().readAllBytes()).isEqualTo(content);
            }
        }
    }

    @Test
    @Requirement("L6")
    void whatGathersForAFileCountsToo() throws IOException {
        SimDisk disk = new SimDisk(new SplittableRandom(1));
        DraftMemory memory = new DraftMemory(80 << 10);
        byte[] content = Mails.content(1, 400_000);
        try (LogDraft first = draft(disk, 1, memory);
                LogDraft second = draft(disk, 2, memory)) {
            for (int at = 0; at < content.length; at += 2_000) {
                first.write(content, at, 2_000);
                second.write(content, at, 2_000);
            }
            assertThat(memory.take(10 << 10)).as("one of them gathers").isTrue();
            assertThat(memory.take(20 << 10)).isFalse();
            assertThat(first.content().readAllBytes()).isEqualTo(content);
            assertThat(second.content().readAllBytes()).isEqualTo(content);
        }
    }

    @Test
    void longArraysAreUsedAgain() {
        DraftMemory memory = new DraftMemory(10 << 20);
        byte[] array = memory.array(100_000);
        assertThat(array).hasSize(128 << 10);
        memory.takeBack(array);
        assertThat(memory.array(120_000)).isSameAs(array);
        assertThat(memory.array(120_000)).isNotSameAs(array);
        assertThat(memory.array(1_000)).hasSize(1_000);
    }

    private static LogDraft draft(Disk disk, long id, DraftMemory memory) {
        return new LogDraft(disk, new LargeFiles(disk), new QueueId(id), 256 << 10, 0, Durability.FSYNC, memory);
    }
}
