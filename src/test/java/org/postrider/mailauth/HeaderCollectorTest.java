package org.postrider.mailauth;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Chars;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Where header sections end, whatever slices they come in. */
class HeaderCollectorTest {
    private static String header(byte[] content, int slice) {
        HeaderCollector collector = new HeaderCollector();
        for (int at = 0; at < content.length && !collector.ended(); at += slice) {
            int length = Math.min(slice, content.length - at);
            int taken = collector.write(content, at, length);
            assertThat(taken == length || collector.ended()).isTrue();
        }
        collector.end();
        return new String(Arrays.copyOf(collector.octets(), collector.length()), StandardCharsets.ISO_8859_1);
    }

    private static String body(String content) {
        byte[] octets = content.replace("|", "\r\n").getBytes(StandardCharsets.ISO_8859_1);
        int from = HeaderCollector.bodyFrom(HeaderSection.of(octets, octets.length), octets, octets.length);
        return new String(octets, from, octets.length - from, StandardCharsets.ISO_8859_1).replace("\r\n", "|");
    }

    @Property(tries = 2_000)
    void takesTheSameInAnySlices(
            @ForAll @StringLength(max = 40) @Chars({'A', ':', ' ', '\r', '\n'}) String content,
            @ForAll @IntRange(min = 1, max = 7) int slice) {
        byte[] octets = content.getBytes(StandardCharsets.ISO_8859_1);
        assertThat(header(octets, slice)).isEqualTo(header(octets, octets.length + 1));
        assertThat(content).startsWith(header(octets, slice));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '>',
            emptyValue = "",
            value = {
                "A: b||body|>'body|'",
                "A: b||>''",
                "A: b|>''",
                "A: b>''",
                "A: b|no field|more|>'no field|more|'",
                "A: b| folded| ||body>body",
                "A:||body>body",
                "|body|>'body|'",
                "||body>'|body'",
                "no header at all|and more>no header at all|and more",
                "''>''",
            })
    void tellsWhereTheBodyBegins(String content, String body) {
        assertThat(body(content)).isEqualTo(body);
    }

    @Test
    void gathersNoMoreThanItsLimit() {
        byte[] endless = new byte[HeaderCollector.OCTETS_MAX + 5_000];
        Arrays.fill(endless, (byte) 'a');
        assertThat(header(endless, 16_384)).hasSize(HeaderCollector.OCTETS_MAX);
    }
}
