package org.postrider.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postrider.server.config.Configuration;
import org.postrider.server.config.ConfigurationFile;
import org.postrider.testing.TestCertificate;

/** What commands find out of a server from its files alone. */
class OurDomainsTest {
    private static final TestCertificate AUTHORITY = TestCertificate.authority("Test CA");
    private static final String ACME = """
        [acme]
        directory = "https://acme.example/directory"
        names = ["mx.ours.test"]
        terms-agreed = true
        """;

    @TempDir
    private Path directory = Path.of("");

    private Configuration configuration(String tls) {
        String text = """
            hostname = "mx.ours.test"
            data-dir = "data"
            %s
            """.formatted(tls);
        return switch (ConfigurationFile.parse(text, directory, "test.toml")) {
            case ConfigurationFile.Result.Valid(var valid, var _) -> valid;
            case ConfigurationFile.Result.Invalid(var problems) -> throw new AssertionError(problems.toString());
        };
    }

    private void keepByAcme(TestCertificate certificate) throws IOException {
        Path folder = Files.createDirectories(directory.resolve("data/acme/acme.example_directory"));
        Files.writeString(folder.resolve("certificate.pem"), certificate.chainPem() + certificate.keyPem());
    }

    @Test
    void theCertificateThatAcmeKeepsIsShown() throws IOException {
        assertThat(OurDomains.shownChains(configuration(ACME))).as("none yet").isEmpty();
        TestCertificate certificate = AUTHORITY.issue("mx.ours.test");
        keepByAcme(certificate);
        assertThat(OurDomains.shownChains(configuration(ACME))).containsExactly(certificate.chain());
    }

    @Test
    void theCertificateForTheHostsNameIsShownInPlaceOfTheFirst() throws IOException {
        TestCertificate other = AUTHORITY.issue("www.ours.test");
        TestCertificate rsa = AUTHORITY.issueRsa("mx.ours.test");
        Files.writeString(directory.resolve("other.pem"), other.chainPem() + other.keyPem());
        Files.writeString(directory.resolve("rsa.pem"), rsa.chainPem() + rsa.keyPem());
        String files = """
            [tls]
            certificate = "file:other.pem"
            key = "file:other.pem"
            [[certificate]]
            certificate = "file:rsa.pem"
            key = "file:rsa.pem"
            """;
        assertThat(OurDomains.shownChains(configuration(files))).containsExactly(rsa.chain());

        TestCertificate certificate = AUTHORITY.issue("mx.ours.test");
        keepByAcme(certificate);
        assertThat(OurDomains.shownChains(configuration(files + ACME)))
                .containsExactlyInAnyOrder(rsa.chain(), certificate.chain());
    }

    @Test
    void aSelfSignedCertificateIsNotMadeForIt() throws IOException {
        assertThat(OurDomains.shownChains(configuration("[tls]\nself-signed = true")))
                .isEmpty();
        assertThat(directory.resolve("data")).doesNotExist();
    }

    @Test
    void whatCannotBeReadIsNoLackOfCertificates() throws IOException {
        Path folder = Files.createDirectories(directory.resolve("data/acme/acme.example_directory"));
        Files.writeString(folder.resolve("certificate.pem"), "rubbish");
        Configuration configuration = configuration(ACME);
        assertThatThrownBy(() -> OurDomains.shownChains(configuration)).isInstanceOf(IOException.class);
    }
}
