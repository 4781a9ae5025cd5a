package org.postrider.server.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postrider.server.config.ConfigurationFile.Result;
import org.postrider.testing.TestCertificate;

final class ReportRulesTest {
    private static final String HEAD = """
        hostname = "mx.example.net"
        [[listener]]
        address = "127.0.0.1:2525"
        [[domain]]
        name = "example.net"
        deliver = "hold"
        """;

    @TempDir
    private Path directory = Path.of("");

    private List<String> errors(String text) {
        return ConfigurationFile.parse(HEAD + text, directory, "test.toml") instanceof Result.Invalid(var problems)
                ? problems.stream().map(Problem::text).toList()
                : List.of();
    }

    private List<String> warnings(String text) {
        return ConfigurationFile.parse(HEAD + text, directory, "test.toml") instanceof Result.Valid(var _, var warnings)
                ? warnings.stream()
                        .map(Problem::text)
                        .filter(warning -> warning.contains("report"))
                        .toList()
                : List.of("invalid");
    }

    private String key() throws IOException {
        Files.writeString(
                directory.resolve("dkim.pem"),
                TestCertificate.authority("dkim").issueRsa("dkim").keyPem());
        return "[[dkim-key]]\ndomain = \"example.net\"\nselector = \"s1\"\nkey = \"file:dkim.pem\"\n";
    }

    @Test
    void reportsWantAKeyForTheirAuthor() throws IOException {
        assertThat(warnings("[report]\ndmarc-send = true"))
                .singleElement()
                .asString()
                .contains("report.from: no [[dkim-key]] signs for mx.example.net");
        assertThat(warnings(key() + "[report]\ntls-send = true")).isEmpty();
        assertThat(warnings(key() + "[report]\ntls-send = true\nfrom = \"reports@example.org\""))
                .singleElement()
                .asString()
                .contains("no [[dkim-key]] signs for example.org");
    }

    @Test
    void theIntakeIsAtADomainOfOurs() {
        assertThat(errors("[report]\nintake = [\"dmarc@example.net\", \"postmaster@mx.example.net\"]"))
                .isEmpty();
        assertThat(errors("[report]\nintake = [\"dmarc@example.org\"]"))
                .singleElement()
                .asString()
                .contains("dmarc@example.org is at no [[domain]] of ours");
    }

    @Test
    void theOrganizationIsOneLine() {
        assertThat(errors("[report]\norganization = \"a\\nb\""))
                .singleElement()
                .asString()
                .contains("report.organization");
    }
}
