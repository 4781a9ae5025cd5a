package org.postrider.spool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postrider.mail.QueueId;

final class ContentStreamTest {
    private static final byte[] FIRST = Mails.content(1, 700);
    private static final byte[] SECOND = Mails.content(2, 90_000);

    private final AtomicInteger damages = new AtomicInteger();

    private ContentStream.Part part(byte[] stored, int octets, byte[] original) throws IOException {
        SimDisk disk = new SimDisk(new SplittableRandom(1));
        DiskFile file = disk.create("part");
        file.write(ByteBuffer.wrap(stored), 16);
        CRC32C crc = new CRC32C();
        crc.update(original);
        return new ContentStream.Part(file, 16, octets, (int) crc.getValue());
    }

    private ContentStream stream(ContentStream.Part... parts) {
        return new ContentStream(new QueueId(1), parts, () -> {}, damages::incrementAndGet);
    }

    private ContentStream ofBoth() throws IOException {
        return stream(part(FIRST, FIRST.length, FIRST), part(SECOND, SECOND.length, SECOND));
    }

    private static byte[] both() {
        byte[] both = Arrays.copyOf(FIRST, FIRST.length + SECOND.length);
        System.arraycopy(SECOND, 0, both, FIRST.length, SECOND.length);
        return both;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 699, 700, 701, 4_095, 4_096, 32_768, 100_000})
    void givesAllPartsWhateverTheReaderAsksForAtOnce(int atOnce) throws IOException {
        ByteArrayOutputStream seen = new ByteArrayOutputStream();
        try (ContentStream content = ofBoth()) {
            byte[] bytes = new byte[atOnce + 2];
            for (int count = content.read(bytes, 1, atOnce); count >= 0; count = content.read(bytes, 1, atOnce)) {
                assertThat(count).isPositive();
                seen.write(bytes, 1, count);
            }
            assertThat(bytes[0]).isZero();
            assertThat(bytes[atOnce + 1]).isZero();
        }
        assertThat(seen.toByteArray()).isEqualTo(both());
    }

    @Test
    void givesAllPartsToAReaderThatAsksForLittleAndMuchInTurn() throws IOException {
        ByteArrayOutputStream seen = new ByteArrayOutputStream();
        byte[] bytes = new byte[10_000];
        try (ContentStream content = ofBoth()) {
            for (int single = content.read(); single >= 0; single = content.read()) {
                seen.write(single);
                seen.write(bytes, 0, Math.max(0, content.read(bytes)));
            }
        }
        assertThat(seen.toByteArray()).isEqualTo(both());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4_096, 100_000})
    void keepsBackTheLastOctetsOfAPartThatIsDamaged(int atOnce) throws IOException {
        byte[] damaged = SECOND.clone();
        damaged[10] ^= 1;
        try (ContentStream content = stream(part(damaged, damaged.length, SECOND))) {
            byte[] bytes = new byte[atOnce];
            assertThatThrownBy(() -> {
                        int count = 0;
                        for (int seen = 0; count >= 0; seen += count) {
                            assertThat(seen).isLessThan(SECOND.length);
                            count = content.read(bytes);
                        }
                    })
                    .isInstanceOf(DamagedException.class);
        }
        assertThat(damages).hasValue(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4_096, 100_000})
    void refusesAPartWhoseEndIsMissing(int atOnce) throws IOException {
        ContentStream.Part cut = part(Arrays.copyOf(SECOND, 80_000), SECOND.length, SECOND);
        try (ContentStream content = stream(cut)) {
            assertThatThrownBy(() -> {
                        while (content.read(new byte[atOnce]) >= 0) {
                            assertThat(damages).hasValue(0);
                        }
                    })
                    .isInstanceOf(DamagedException.class);
        }
        assertThat(damages).hasValue(1);
    }

    @Test
    void refusesToReadOnceItIsClosed() throws IOException {
        ContentStream content = ofBoth();
        content.close();
        assertThatThrownBy(content::read).isInstanceOf(IOException.class);
    }
}
