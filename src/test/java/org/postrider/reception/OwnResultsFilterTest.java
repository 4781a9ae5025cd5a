package org.postrider.reception;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postrider.mailauth.HeaderCollector;
import org.postrider.testing.Requirement;

/** Fields that claim to be ours do not come in from outside; all else passes to the octet. */
class OwnResultsFilterTest {
    private static final String REST =
            "From: a@example.org\r\nSubject: s\r\n\r\nAuthentication-Results: mx.example.net; x=y\r\n";

    private static String filtered(String content, int slice) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        HeaderCollector header = new HeaderCollector();
        OwnResultsFilter filter = new OwnResultsFilter(header, "mx.example.net", out::write);
        byte[] octets = content.getBytes(StandardCharsets.ISO_8859_1);
        for (int at = 0; at < octets.length; at += slice) {
            int length = Math.min(slice, octets.length - at);
            int taken = header.ended() ? 0 : header.write(octets, at, length);
            filter.write(octets, at + taken, length - taken);
        }
        header.end();
        filter.pass();
        return out.toString(StandardCharsets.ISO_8859_1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Authentication-Results: mx.example.net; spf=pass\r\n",
                "authentication-RESULTS : MX.Example.Net 1;\r\n\tdkim=pass\r\n header.d=x\r\n",
                "Authentication-Results: (c) \"mx.example.net\"; none\r\n",
                "Authentication-Results:\r\n mx.example.net; none\r\n",
                "Authentication-Results:\r\n",
                "Authentication-Results: =?utf-8?q?mx?=; none\r\n",
            })
    @Requirement("RFC 8601 §5")
    void removesFieldsThatClaimToBeOursOrCannotBeRead(String field) throws IOException {
        assertThat(filtered(field + REST, 1_000)).isEqualTo(REST);
        assertThat(filtered("X: 1\r\n" + field + field + REST, 1_000)).isEqualTo("X: 1\r\n" + REST);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Authentication-Results: mx.example.org; spf=pass\r\n",
                "Authentication-Results: mx.example.net.example.org; spf=pass reason=\"mx.example.net; x\"\r\n",
                "X-Authentication-Results: mx.example.net; spf=pass\r\n",
                "ARC-Authentication-Results: i=1; mx.example.net; spf=pass\r\n",
            })
    @Requirement("RFC 8601 §5")
    void keepsTheFieldsOfOthers(String field) throws IOException {
        assertThat(filtered(field + REST, 1_000)).isEqualTo(field + REST);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "\r\n", "no header\r\nAuthentication-Results: mx.example.net; x=y\r\n", "A: b", "\r\n\r\nb"})
    void passesContentWithoutSuchAHeaderAsItIs(String content) throws IOException {
        assertThat(filtered(content, 1_000)).isEqualTo(content);
    }

    @Test
    void removesAFieldThatEndsTheContent() throws IOException {
        assertThat(filtered("A: b\r\nAuthentication-Results: mx.example.net; none", 1_000))
                .isEqualTo("A: b\r\n");
    }

    @Property(tries = 200)
    void doesTheSameInAnySlices(@ForAll @IntRange(min = 1, max = 200) int slice) throws IOException {
        String theirs = "Authentication-Results: mx.example.org;\r\n\tspf=pass\r\n";
        String ours = "Authentication-Results: mx.example.net;\r\n\tspf=pass\r\n";
        assertThat(filtered(theirs + ours + REST, slice)).isEqualTo(theirs + REST);
    }
}
