package org.postrider.spool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a restart reads once for many messages is what it would have read for each of them. */
final class FrequentTest {
    private final Frequent<String> texts = new Frequent<>(ByteReader::text);

    private static ByteReader reader(String... texts) {
        ByteWriter out = new ByteWriter(16);
        for (String text : texts) {
            byte[] octets = text.getBytes(StandardCharsets.UTF_8);
            out.block(octets, 0, octets.length);
        }
        return new ByteReader(out.toBytes());
    }

    @Test
    void givesTheSameObjectWhereTheSameOctetsComeAgain() throws DamagedException {
        ByteReader in = reader("greylisted", "mailbox full", "greylisted");

        String first = texts.read(in);
        String second = texts.read(in);

        assertThat(first).isEqualTo("greylisted");
        assertThat(second).isEqualTo("mailbox full");
        assertThat(texts.read(in)).isSameAs(first);
        assertThat(in.remaining()).isZero();
    }

    @Test
    void doesNotTakeATextForOneThatItBeginsWith() throws DamagedException {
        ByteReader in = reader("", "full", "full of mail", "full");

        assertThat(List.of(texts.read(in), texts.read(in), texts.read(in), texts.read(in)))
                .containsExactly("", "full", "full of mail", "full");
    }

    @Test
    void readsRightlyWhatIsTooVariousToBeKept() throws DamagedException {
        List<String> various = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            various.add("reason " + i * i % 23);
        }
        ByteReader in = reader(various.toArray(String[]::new));

        List<String> read = new ArrayList<>();
        while (in.remaining() > 0) {
            read.add(texts.read(in));
        }

        assertThat(read).isEqualTo(various);
    }

    @Test
    void refusesWhatEndsEarly() throws DamagedException {
        texts.read(reader("greylisted"));
        ByteReader cut = new ByteReader(reader("greylisted").rest(), 0, 5);

        assertThatThrownBy(() -> texts.read(cut)).isInstanceOf(DamagedException.class);
    }
}
