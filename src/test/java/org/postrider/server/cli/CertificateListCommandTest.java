package org.postrider.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.postrider.server.cli.CommandLineUser.Result;
import org.postrider.testing.TestCertificate;
import tools.jackson.databind.JsonNode;

@Timeout(60)
final class CertificateListCommandTest {
    @TempDir
    private Path directory = Path.of("");

    @Test
    void tellsWhoseACertificateIsWhoVouchesForItAndWhenItEnds() throws IOException {
        TestCertificate own = TestCertificate.authority("Our CA").issue("mx.example.net");
        Files.writeString(directory.resolve("cert.pem"), own.chainPem());
        Files.writeString(directory.resolve("key.pem"), own.keyPem());
        try (CommandLineUser user = CommandLineUser.stopped(directory)) {
            user.configure("hold", """
                    [tls]
                    certificate = "file:cert.pem"
                    key = "file:key.pem"
                    """);
            user.start();
            Result table = user.ask("certificate", "list");
            assertThat(table.code()).as(table.err()).isZero();
            assertThat(table.out())
                    .contains("NAMES", "NEXT RENEWAL")
                    .contains("mx.example.net", "CN=Our CA", "cert.pem");
            JsonNode one = Output.JSON
                    .readTree(user.ask("certificate", "list", "--json").out())
                    .path(0);
            assertThat(one.path("names").path(0).asString()).isEqualTo("mx.example.net");
            assertThat(one.path("notAfter").asString())
                    .startsWith(own.certificate()
                            .getNotAfter()
                            .toInstant()
                            .toString()
                            .substring(0, 16));
            assertThat(one.path("renewal").isNull()).isTrue();
        }
    }

    @Test
    void aServerWithoutTlsShowsNone() throws IOException {
        try (CommandLineUser user = CommandLineUser.withRoute(directory, "hold")) {
            assertThat(Output.JSON
                            .readTree(user.ask("certificate", "list", "--json").out())
                            .size())
                    .isZero();
        }
    }
}
