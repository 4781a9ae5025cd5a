package org.postrider.server.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postrider.mail.Domain;
import org.postrider.mailauth.dkim.DkimKeyPair;
import org.postrider.mailauth.dkim.SigningAlgorithm;
import org.postrider.server.config.ConfigurationFile.Result;

/** {@code [[forward]]}, {@code [arc]} and {@code [srs]}. */
final class ForwardingSectionsTest {
    private static final String HEAD = """
            hostname = "mx.example.net"
            [[listener]]
            address = "127.0.0.1:2525"
            [[domain]]
            name = "example.net"
            """;

    @TempDir
    private Path directory;

    private Result parsed(String text) {
        return ConfigurationFile.parse(HEAD + text, directory, "test.toml");
    }

    private List<String> errors(String text) {
        return parsed(text) instanceof Result.Invalid(var problems)
                ? problems.stream().map(Problem::text).toList()
                : List.of();
    }

    private static String forward(String from, String... to) {
        return "[[forward]]\nfrom = \"" + from + "\"\nto = [\"" + String.join("\", \"", to) + "\"]\n";
    }

    @Test
    void takesAddressesDomainsAndACopyForOneself() {
        assertThat(errors(forward("info@example.net", "info@example.net", "x@elsewhere.example")
                        + forward("whole.example", "x@elsewhere.example")
                        + forward("one@whole.example", "y@elsewhere.example")
                        + "[srs]\nsecret = [\"0123456789abcdef\"]\ndomain = \"srs.example.net\"\n"))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "example.net         | is a [[domain]], whose mail ends here",
                "a@b@c               | is neither an address nor a domain",
                "info@other.example  | is not taken here",
            })
    void refusesWhatCannotCome(String from, String expected) {
        assertThat(errors(forward(from, "x@elsewhere.example")))
                .singleElement()
                .asString()
                .contains("forward.from: ", expected);
    }

    @Test
    void refusesAnAddressTwiceAndCircles() {
        assertThat(errors(forward("a@example.net", "x@elsewhere.example") + forward("A@Example.net", "y@b.example")))
                .singleElement()
                .asString()
                .contains("is there already");
        assertThat(errors(forward("a@example.net", "b@example.net") + forward("b@example.net", "a@example.net")))
                .hasSize(2)
                .allSatisfy(error -> assertThat(error).contains("by way of others"));
        assertThat(errors("[[forward]]\nfrom = \"a@example.net\"\nto = []\n"))
                .singleElement()
                .asString()
                .contains("must be 1 to 100 addresses");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "[srs]; domain = \"srs.example.net\"             | srs.domain: ",
                "[srs]; secret = [\"\"]                          | srs.secret",
                "[srs]; secret = [\"file:missing\"]              | srs.secret",
                "[srs]; secret = [\"0123456789abcdef\"]; days = 0 | srs.days: ",
                "[arc]; key-domain = \"example.com\"             | arc.key-domain: ",
            })
    void refusesWhatCannotWork(String lines, String expected) {
        assertThat(errors(lines.replace("; ", "\n") + "\n"))
                .singleElement()
                .asString()
                .contains(expected);
    }

    @Test
    void sealsByTheKeyOfTheNearestDomain() throws IOException {
        String pem = DkimKeyPair.generate(SigningAlgorithm.ED25519_SHA256).pem();
        Files.writeString(directory.resolve("dkim.pem"), pem);
        String key = "[[dkim-key]]\ndomain = \"example.net\"\nselector = \"s\"\nkey = \"file:dkim.pem\"\n";
        assertThat(parsed(key))
                .isInstanceOfSatisfying(
                        Result.Valid.class,
                        valid -> assertThat(valid.configuration().arc().key(valid.configuration()))
                                .contains(new Domain("example.net")));
        assertThat(parsed(""))
                .isInstanceOfSatisfying(
                        Result.Valid.class,
                        valid -> assertThat(valid.configuration().arc().key(valid.configuration()))
                                .isEmpty());
    }
}
