package org.postrider.server.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postrider.server.config.ConfigurationFile.Result;
import org.postrider.testing.TestCertificate;

final class TlsRulesTest {
    private static final TestCertificate OURS = TestCertificate.selfSigned("mx.example.net");
    private static final String HEAD = "hostname = \"mx.example.net\"\n[[listener]]\naddress = \"127.0.0.1:2525\"\n";
    private static final String FILES = "certificate = \"file:cert.pem\"\nkey = \"file:key.pem\"\n";

    @TempDir
    private Path directory;

    @BeforeEach
    void writeFiles() throws IOException {
        Files.writeString(directory.resolve("cert.pem"), OURS.chainPem());
        write("key.pem", OURS.keyPem(), "rw-------");
        write("other.pem", TestCertificate.selfSigned("mx.example.net").keyPem(), "rw-------");
        write("open.pem", OURS.keyPem(), "rw-r--r--");
        Files.writeString(directory.resolve("text.pem"), "nothing in it\n");
    }

    private void write(String name, String text, String permissions) throws IOException {
        Path file = Files.writeString(directory.resolve(name), text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
    }

    private List<String> errors(String text) {
        return ConfigurationFile.parse(text, directory, "test.toml") instanceof Result.Invalid(var problems)
                ? problems.stream().map(Problem::text).toList()
                : List.of();
    }

    private List<String> warnings(String text) {
        return ConfigurationFile.parse(text, directory, "test.toml") instanceof Result.Valid(var _, var warnings)
                ? warnings.stream().map(Problem::text).toList()
                : List.of("invalid: " + errors(text));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "certificate = \"file:cert.pem\" | key = \"file:none.pem\" | tls.key: cannot read",
                "certificate = \"file:none.pem\" | key = \"file:key.pem\" | tls.certificate: cannot read",
                "certificate = \"file:cert.pem\" | key = \"file:other.pem\" | tls.key: file:other.pem is not the key of",
                "certificate = \"file:text.pem\" | key = \"file:key.pem\" | tls.certificate: file:text.pem has no cert",
                "certificate = \"file:cert.pem\" | key = \"file:text.pem\" | tls.key: file:text.pem has no private key",
                "min-version = \"1.0\"           | self-signed = true      | tls.min-version: \"1.0\" is broken",
                "min-version = \"1.4\"           | self-signed = true      | tls.min-version: \"1.4\" is no version",
                "client-ca = \"file:text.pem\"   | self-signed = true      | tls.client-ca: file:text.pem has no cert",
                "trust = \"file:none.pem\"       | self-signed = true      | tls.trust: cannot read"
            })
    void refusesWhatWouldFailAtTheFirstHandshake(String first, String second, String expected) {
        assertThat(errors(HEAD + "[tls]\n" + first + "\n" + second + "\n"))
                .singleElement()
                .asString()
                .contains(expected)
                .containsPattern("^test.toml:[56]:1: .*; ");
    }

    @ParameterizedTest
    @CsvSource({"starttls", "implicit"})
    void refusesAListenerForTlsWithoutACertificate(String mode) {
        assertThat(errors(HEAD + "tls = \"" + mode + "\"\n"))
                .singleElement()
                .asString()
                .startsWith("test.toml:4:1: listener.tls: there is no certificate for 127.0.0.1:2525; set certificate");
    }

    @Test
    void takesFilesAndFurtherOnes() {
        String text = HEAD + "tls = \"starttls\"\n[tls]\n" + FILES + "[[certificate]]\n" + FILES;
        assertThat(warnings(text)).isEmpty();
        assertThat(errors(text.replace(
                        "[[certificate]]\ncertificate = \"file:cert", "[[certificate]]\ncertificate = \"file:text")))
                .singleElement()
                .asString()
                .contains("certificate.certificate: file:text.pem has no certificate");
    }

    @Test
    void warnsOfAKeyThatEverybodyCanRead() {
        String text = HEAD + "tls = \"starttls\"\n[tls]\n" + FILES.replace("key.pem", "open.pem");
        assertThat(warnings(text)).singleElement().asString().contains("tls.key: everybody on this machine can read");
    }

    @Test
    void acmeIsEnoughWhereItsTermsAreAgreedTo() {
        String acme = HEAD + "tls = \"starttls\"\n[acme]\nnames = [\"mx.example.net\"]\n";
        assertThat(errors(acme)).singleElement().asString().contains("add terms-agreed = true");
        assertThat(warnings(acme + "terms-agreed = true\n")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "directory = \"http://acme.example/\"     | acme.directory: \"http://acme.example/\" is no https",
                "challenge = \"tls-alpn-01\"              | acme.challenge: is answered by listeners with tls",
                "eab-key-id = \"one\"                     | acme: eab-key-id and eab-key go together",
                "key-type = \"dsa\"                       | acme.key-type: \"dsa\" is none of its values"
            })
    void refusesAnAcmeThatCannotWork(String line, String expected) {
        String acme = HEAD + "tls = \"starttls\"\n[acme]\nnames = [\"mx.example.net\"]\nterms-agreed = true\n";
        assertThat(errors(acme + line + "\n")).singleElement().asString().contains(expected);
    }

    @Test
    void acmeNeedsNames() {
        assertThat(errors(HEAD + "[acme]\nterms-agreed = true\n"))
                .singleElement()
                .asString()
                .contains("does not say for which names; add names = [\"mx.example.net\"]");
    }
}
