package org.postrider.spool;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntUnaryOperator;
import java.util.function.LongUnaryOperator;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.LoggerFactory;

/** Tests the tester: plants a bug around the spool and wants the simulation of power cuts to find it within some seeds. */
@Timeout(120)
class SpoolMutationTest {
    private static final int SEEDS_MAX = 400;

    private final Logger logger = (Logger) LoggerFactory.getLogger("org.postrider.spool");

    enum Bug {
        ACKNOWLEDGES_BEFORE_THE_SYNC,
        RETRIES_A_FAILED_SYNC_ON_THE_SAME_SEGMENT,
        SYNCS_NO_NAMES_OF_SEGMENTS,
        SYNCS_NO_NAMES_OF_CONTENT,
        SYNCS_NO_CONTENT_OF_ITS_OWN_FILE,
        REMOVES_CONTENT_THAT_A_RECORD_NAMES,
        USES_A_CHECKPOINT_BEFORE_IT_IS_SYNCED,
        CHECKPOINTS_WHAT_IS_NOT_SYNCED,
        FREES_THE_SOURCE_BEFORE_THE_COPY_IS_SYNCED,
        READS_OLD_GENERATIONS_IN_RECYCLED_SEGMENTS,
        CALLS_A_TORN_TAIL_DURABLE,
        KEEPS_WHAT_LIES_BEHIND_A_CLOSED_SEGMENTS_END
    }

    @BeforeEach
    void silenceAlarms() {
        logger.setLevel(Level.OFF);
    }

    @AfterEach
    void hearAlarms() {
        logger.setLevel(null);
    }

    @ParameterizedTest
    @EnumSource
    void findsThePlantedBug(Bug bug) throws IOException {
        List<String> found = new ArrayList<>();
        for (long seed = 1; seed <= SEEDS_MAX && found.isEmpty(); seed++) {
            try {
                new SimSpool(seed, plant(bug)).run();
            } catch (AssertionError | IOException | RuntimeException e) {
                found.add("seed " + seed + ": " + e.getMessage());
            }
        }
        assertThat(found).hasSize(1);
    }

    private static Sabotage plant(Bug bug) {
        return switch (bug) {
            case ACKNOWLEDGES_BEFORE_THE_SYNC -> unsynced(name -> name.startsWith("segment"));
            case SYNCS_NO_CONTENT_OF_ITS_OWN_FILE -> unsynced(name -> name.startsWith(SpoolFiles.LARGE));
            case USES_A_CHECKPOINT_BEFORE_IT_IS_SYNCED -> unsynced(name -> name.startsWith("checkpoint"));
            case SYNCS_NO_NAMES_OF_SEGMENTS -> nameless(SpoolFiles.ROOT);
            case SYNCS_NO_NAMES_OF_CONTENT -> nameless(SpoolFiles.LARGE);
            case RETRIES_A_FAILED_SYNC_ON_THE_SAME_SEGMENT -> ofDisk(Stubborn::new);
            case CHECKPOINTS_WHAT_IS_NOT_SYNCED -> ofDisk(Hasty::new);
            case FREES_THE_SOURCE_BEFORE_THE_COPY_IS_SYNCED -> new HastyCopies();
            case REMOVES_CONTENT_THAT_A_RECORD_NAMES ->
                new Sabotage() {
                    @Override
                    public boolean keepsContent() {
                        return false;
                    }
                };
            case READS_OLD_GENERATIONS_IN_RECYCLED_SEGMENTS -> ofDisk(Nostalgic::new);
            case CALLS_A_TORN_TAIL_DURABLE -> ofDisk(Boastful::new);
            case KEEPS_WHAT_LIES_BEHIND_A_CLOSED_SEGMENTS_END -> ofDisk(Forgetful::new);
        };
    }

    private static Sabotage ofDisk(UnaryOperator<Disk> tampered) {
        return new Sabotage() {
            @Override
            public Disk disk(Disk sound) {
                return tampered.apply(sound);
            }
        };
    }

    private static Sabotage unsynced(Predicate<String> names) {
        return ofDisk(sound -> new TamperedDisk(sound) {
            @Override
            void force(String name, DiskFile file) throws IOException {
                if (!names.test(name)) {
                    file.force();
                }
            }
        });
    }

    private static Sabotage nameless(String unsynced) {
        return ofDisk(sound -> new TamperedDisk(sound) {
            @Override
            public void syncDirectory(String directory) throws IOException {
                if (!directory.equals(unsynced)) {
                    super.syncDirectory(directory);
                }
            }
        });
    }

    private static final class Stubborn extends TamperedDisk {
        Stubborn(Disk sound) {
            super(sound);
        }

        @Override
        void force(String name, DiskFile file) throws IOException {
            try {
                file.force();
            } catch (IOException e) {
                file.force();
            }
        }
    }

    /** Syncs a segment when its next batch is due, or when it is left. */
    private static final class Hasty extends TamperedDisk {
        private DiskFile owing = new NoFile();

        Hasty(Disk sound) {
            super(sound);
        }

        @Override
        void force(String name, DiskFile file) throws IOException {
            if (name.startsWith("segment")) {
                owing.force();
                owing = file;
            } else {
                file.force();
            }
        }
    }

    private static final class HastyCopies implements Sabotage {
        private boolean copying;

        @Override
        public void copying(boolean underWay) {
            copying = underWay;
        }

        @Override
        public Disk disk(Disk sound) {
            return new TamperedDisk(sound) {
                @Override
                void force(String name, DiskFile file) throws IOException {
                    if (!copying || !name.startsWith("segment")) {
                        file.force();
                    }
                }
            };
        }
    }

    /** Shows each header of a segment as one of its present generation. */
    private static final class Nostalgic extends TamperedDisk {
        Nostalgic(Disk sound) {
            super(sound);
        }

        @Override
        int read(String name, DiskFile file, ByteBuffer bytes, long position) throws IOException {
            int start = bytes.position();
            int count = file.read(bytes, position);
            Optional<Long> generation = SpoolFiles.segmentGeneration(name);
            if (generation.isPresent() && position % RecordHeader.ALIGNMENT == 0) {
                rewrite(bytes, start, start + count, any -> generation.get(), synced -> synced);
            }
            return count;
        }
    }

    /** Says of each record that its own batch had been synced when it was written. */
    private static final class Boastful extends TamperedDisk {
        Boastful(Disk sound) {
            super(sound);
        }

        @Override
        void write(String name, DiskFile file, ByteBuffer bytes, long position) throws IOException {
            if (name.startsWith("segment") && position % RecordHeader.ALIGNMENT == 0) {
                int end = (int) position + bytes.remaining();
                rewrite(bytes, bytes.position(), bytes.limit(), generation -> generation, synced -> end);
            }
            file.write(bytes, position);
        }
    }

    /** Says nothing of the ends of earlier segments at the beginning of a new one. */
    private static final class Forgetful extends TamperedDisk {
        Forgetful(Disk sound) {
            super(sound);
        }

        @Override
        void write(String name, DiskFile file, ByteBuffer bytes, long position) throws IOException {
            Optional<Long> generation = SpoolFiles.segmentGeneration(name);
            RecordHeader header = position > 0 || generation.isEmpty()
                    ? null
                    : RecordHeader.read(bytes, bytes.position(), generation.get());
            if (header != null && header.kind() == RecordHeader.Kind.SEGMENT) {
                byte[] meta = new byte[header.metaOctets()];
                bytes.get(bytes.position() + RecordHeader.OCTETS, meta);
                byte[] silent = new SegmentStart(SegmentStart.read(meta).lastId(), List.of()).bytes();
                System.arraycopy(silent, 0, meta, 0, silent.length);
                bytes.put(bytes.position() + RecordHeader.OCTETS, meta);
                int crc = RecordHeader.crc(meta, 0, meta.length);
                new RecordHeader(
                                header.kind(),
                                header.generation(),
                                header.id(),
                                meta.length,
                                header.contentOctets(),
                                crc,
                                header.contentCrc(),
                                header.synced())
                        .write(bytes.duplicate());
            }
            file.write(bytes, position);
        }
    }

    /** Writes every header among some octets of a segment anew. */
    private static void rewrite(
            ByteBuffer bytes, int from, int to, LongUnaryOperator generation, IntUnaryOperator synced) {
        for (int at = from; at + RecordHeader.OCTETS <= to; at += RecordHeader.ALIGNMENT) {
            long written = bytes.getLong(at + 8);
            RecordHeader header = RecordHeader.read(bytes, at, written);
            if (header != null) {
                new RecordHeader(
                                header.kind(),
                                generation.applyAsLong(written),
                                header.id(),
                                header.metaOctets(),
                                header.contentOctets(),
                                header.metaCrc(),
                                header.contentCrc(),
                                synced.applyAsInt(header.synced()))
                        .write(bytes.duplicate().position(at));
            }
        }
    }

    /** Owes nothing. */
    private static final class NoFile implements DiskFile {
        @Override
        public void write(ByteBuffer bytes, long position) {}

        @Override
        public int read(ByteBuffer bytes, long position) {
            return 0;
        }

        @Override
        public void truncate(long octets) {}

        @Override
        public void force() {}

        @Override
        public long size() {
            return 0;
        }

        @Override
        public void close() {}
    }
}
