package org.postrider.mailauth.dkim;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postrider.mailauth.AuthResult;
import org.postrider.testing.FakeResolver;

/**
 * The samples of Mail::DKIM that come with jDKIM. Most are from before RFC 8301, with keys of 512 bits or SHA-1: of those that
 * were good it is to be seen that they are refused for that alone, and the bad ones must be refused anyway.
 */
final class JdkimSamplesTest {
    private static final String FOLDER = "/org/apache/james/jdkim/Mail-DKIM/";
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    private static String read(String name) throws IOException {
        try (InputStream stream = JdkimSamplesTest.class.getResourceAsStream(FOLDER + name)) {
            assertThat(stream).as(name).isNotNull();
            return new String(stream.readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }

    private static List<DkimResult> verify(String name) throws IOException {
        FakeResolver dns = new FakeResolver();
        read("FAKE_DNS.dat").lines().filter(line -> line.contains("_domainkey")).forEach(line -> {
            String[] parts = line.strip().split("[ \t]+", 2);
            if (parts.length == 2 && !parts[1].startsWith("~~") && !parts[1].equals("NXDOMAIN")) {
                dns.txt(parts[0], parts[1]);
            }
        });
        return SampleMail.of(read("corpus/" + name + ".txt"))
                .verify(dns, DkimSettings.DEFAULT, NOW)
                .results();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "bad_1",
                "bad_1878954",
                "bad_ietf01_1",
                "bad_ietf01_2",
                "bad_ietf01_3",
                "badkey_1",
                "badkey_2",
                "badkey_3",
                "badkey_4",
                "badkey_5",
                "badkey_6",
                "badkey_7",
                "badkey_8",
                "badkey_9",
                "badkey_10",
                "badkey_11",
                "badkey_12",
                "badkey_13",
                "badkey_14",
                "badkey_15",
                "ignore_1",
                "ignore_2",
                "ignore_3",
                "ignore_4",
                "ignore_5",
                "ignore_6",
                "ignore_7",
                "ignore_8",
                "multiple_2"
            })
    void badOnesDoNotPass(String name) throws IOException {
        assertThat(verify(name)).noneMatch(result -> result.result() == AuthResult.PASS);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "good_ietf00_1",
                "good_ietf01_1",
                "good_ietf01_2",
                "good_qp_1",
                "good_qp_2",
                "good_qp_3",
                "good_rfc4871_3",
                "good_rfc4871_4",
                "good_1878523",
                "goodkey_1",
                "goodkey_2",
                "goodkey_3",
                "goodkey_4",
                "mine_ietf05_1",
                "multiple_1",
                "no_body_1",
                "no_body_2",
                "no_body_3"
            })
    void goodOnesOfOldAreRefusedForTheirAge(String name) throws IOException {
        assertThat(verify(name))
                .isNotEmpty()
                .allSatisfy(result -> assertThat(result.result() == AuthResult.PASS
                                || result.reason().contains("rsa-sha1")
                                || result.reason().contains("v= is not 1")
                                || result.reason().contains("too short"))
                        .as(result.toString())
                        .isTrue());
    }
}
