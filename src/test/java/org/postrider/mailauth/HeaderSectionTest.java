package org.postrider.mailauth;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.postrider.testing.Requirement;

@Requirement("RFC 5322 §2.2")
final class HeaderSectionTest {
    private static HeaderSection section(String text) {
        byte[] octets = text.getBytes(StandardCharsets.ISO_8859_1);
        return HeaderSection.of(octets, octets.length);
    }

    @Test
    void findsFieldsWithTheirFoldedLines() {
        HeaderSection section = section("From: a@b.example\r\nSubject : one\r\n two\r\n\tthree\r\n\r\nbody: no\r\n");
        assertThat(section.fields()).extracting(HeaderSection.Field::name).containsExactly("from", "subject");
        assertThat(section.named("subject").getFirst().text()).isEqualTo(" one\r\n two\r\n\tthree");
    }

    @Test
    void endsBeforeWhatIsNoField() {
        assertThat(section("A: 1\r\nno field here\r\nB: 2\r\n").fields()).hasSize(1);
        assertThat(section(": nothing\r\n").fields()).isEmpty();
        assertThat(section("\r\nA: 1\r\n").fields()).isEmpty();
    }

    @Test
    void takesEmptyValuesAndASectionThatBreaksOff() {
        assertThat(section("A:\r\nB:").fields())
                .extracting(HeaderSection.Field::text)
                .containsExactly("", "");
    }

    @Test
    void readsLinesThatEndInLfAlone() {
        assertThat(section("A: 1\nB: 2\n 3\n\n").fields())
                .extracting(HeaderSection.Field::text)
                .containsExactly(" 1", " 2\n 3");
    }
}
