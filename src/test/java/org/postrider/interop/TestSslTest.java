package org.postrider.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.postrider.endtoend.PostriderUnderTest;
import org.postrider.server.crash.ServerProcess;
import org.postrider.testing.Requirement;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** What Debian's testssl.sh finds in our TLS; the certificate of the test is not its subject. */
@EnabledIfSystemProperty(named = "interop", matches = "true")
@Timeout(900)
@Requirement({"B9", "conf-70"})
final class TestSslTest {
    private static final Set<String> HARMLESS = Set.of("OK", "INFO", "LOW", "DEBUG", "WARN");
    private static final int MINUTES_MAX = 14;
    /** A run that was cut short finds nothing, too. */
    private static final int FINDINGS_MIN = 80;

    @TempDir
    private Path directory;

    @Test
    void findsNothingAboveLow() throws IOException, InterruptedException {
        InetSocketAddress starttls = ServerProcess.freeAddress();
        try (PostriderUnderTest server = PostriderUnderTest.in(Files.createDirectories(directory.resolve("server")))
                .section("""
                    [[listener]]
                    address = "%s"
                    tls = "starttls"

                    [tls]
                    self-signed = true
                    """.formatted(ServerProcess.text(starttls)))
                .start()) {
            assertThat(server).isNotNull();
            List<JsonNode> findings = run(starttls);
            assertThat(findings).hasSizeGreaterThan(FINDINGS_MIN);
            assertThat(findings)
                    .filteredOn(finding -> !finding.path("id").asString().startsWith("cert_"))
                    .allMatch(finding ->
                            HARMLESS.contains(finding.path("severity").asString()));
        }
    }

    private List<JsonNode> run(InetSocketAddress address) throws IOException, InterruptedException {
        Path json = directory.resolve("testssl.json");
        Process process = new ProcessBuilder(
                        "testssl",
                        "--quiet",
                        "--nodns",
                        "none",
                        "--warnings",
                        "batch",
                        "--color",
                        "0",
                        "--jsonfile",
                        json.toString(),
                        "-t",
                        "smtp",
                        ServerProcess.text(address))
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("testssl.log").toFile())
                .start();
        try {
            assertThat(process.waitFor(MINUTES_MAX, TimeUnit.MINUTES)).isTrue();
        } finally {
            process.destroyForcibly();
        }
        List<JsonNode> findings = new ArrayList<>();
        new ObjectMapper().readTree(Files.readString(json)).forEach(findings::add);
        return findings;
    }
}
