package org.postrider.server.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postrider.domain.CheckResult;
import org.postrider.domain.CheckResult.Grade;
import org.postrider.mail.Domain;
import org.postrider.server.config.Configuration;
import org.postrider.server.config.ConfigurationFile;
import org.postrider.testing.FakeResolver;
import org.postrider.testing.TestCertificate;

/** What the doctor says of relaying, of the clock, and of our addresses. */
@Timeout(30)
class DoctorChecksTest {
    @TempDir
    private Path directory = Path.of("");

    private List<CheckResult> relaying(String text) {
        return switch (ConfigurationFile.parse("hostname = \"mx.ours.test\"\n" + text, directory, "test.toml")) {
            case ConfigurationFile.Result.Valid(Configuration valid, var _) -> new OpenRelayCheck(valid).check();
            case ConfigurationFile.Result.Invalid(var problems) -> throw new AssertionError(problems.toString());
        };
    }

    @ParameterizedTest
    @CsvSource({
        "127.0.0.0/8,GOOD",
        "10.0.0.0/8,GOOD",
        "fd00::/8,GOOD",
        "192.0.2.0/24,GOOD",
        "192.0.0.0/8,WARNING",
        "2001:d00::/24,WARNING",
        "0.0.0.0/0,ERROR",
        "::/0,ERROR"
    })
    void networksOfStrangersAreAnOpenRelay(String network, Grade grade) {
        String relay = "[relay]\nopen-relay = \"i-understand-the-risk\"\nnetworks = [\"" + network + "\"]";
        assertThat(relaying(relay)).extracting(CheckResult::grade).containsExactly(grade);
    }

    @Test
    void whoeverMaySpeakForOurNetworksIsOneOfThem() {
        String proxied = """
            [[listener]]
            address = "0.0.0.0:25"
            proxy-protocol = true
            [proxy]
            networks = ["%s"]
            """;
        assertThat(relaying(proxied.formatted("0.0.0.0/0")))
                .extracting(CheckResult::subject, CheckResult::grade)
                .containsExactly(tuple("[proxy] networks", Grade.ERROR));
        assertThat(relaying(proxied.formatted("192.0.2.7/32")))
                .extracting(CheckResult::grade)
                .containsExactly(Grade.GOOD);
    }

    @Test
    void authoritiesThatGiveCertificatesToEverybodyMakeAnOpenRelay() throws IOException {
        StringBuilder all = new StringBuilder();
        for (int i = 0; i < 11; i++) {
            all.append(TestCertificate.authority("CA " + i).chainPem());
        }
        Files.writeString(directory.resolve("all.pem"), all);
        Files.writeString(
                directory.resolve("own.pem"), TestCertificate.authority("Own").chainPem());
        assertThat(relaying("[tls]\nclient-ca = \"file:all.pem\""))
                .extracting(CheckResult::grade)
                .containsExactly(Grade.ERROR);
        assertThat(relaying("[tls]\nclient-ca = \"file:own.pem\""))
                .extracting(CheckResult::grade)
                .containsExactly(Grade.GOOD);
    }

    private List<CheckResult> clock(Optional<URI> teller, Instant ours) {
        ClockCheck.Places places =
                new ClockCheck.Places(directory.resolve("state.db"), teller, directory.resolve("synchronized"));
        return new ClockCheck(places, () -> ours).check();
    }

    @ParameterizedTest
    @CsvSource({"0,GOOD", "-20,GOOD", "-60,WARNING", "60,WARNING", "-3600,ERROR", "3600,ERROR"})
    void theClockIsComparedWithThatOfTheAuthority(long secondsAhead, Grade grade) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/directory", exchange -> {
            exchange.sendResponseHeaders(405, -1);
            exchange.close();
        });
        server.start();
        try {
            URI teller = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/directory");
            CheckResult result = clock(Optional.of(teller), Instant.now().plusSeconds(secondsAhead))
                    .getLast();
            assertThat(result.grade()).as(result.toString()).isEqualTo(grade);
            assertThat(result.found().getFirst()).doesNotStartWith("-");
        } finally {
            server.stop(0);
        }
    }

    @Test
    void whereNobodyTellsTheTimeItSaysThatItIsNotChecked() throws IOException {
        Instant now = Instant.parse("2026-11-26T12:00:00Z");
        assertThat(clock(Optional.empty(), now).getLast().grade()).isEqualTo(Grade.ADVICE);
        assertThat(clock(Optional.of(URI.create("http://127.0.0.1:1/")), now)
                        .getLast()
                        .why())
                .startsWith("Not checked: 127.0.0.1 does not answer");
        Files.createFile(directory.resolve("synchronized"));
        assertThat(clock(Optional.empty(), now).getLast().grade()).isEqualTo(Grade.GOOD);
    }

    @Test
    void aClockThatWentBackIsAnError() throws IOException {
        Instant now = Instant.parse("2026-11-26T12:00:00Z");
        Path state = Files.createFile(directory.resolve("state.db"));
        Files.setLastModifiedTime(state, FileTime.from(now.minus(Duration.ofDays(1))));
        assertThat(clock(Optional.empty(), now).getFirst().grade()).isEqualTo(Grade.GOOD);
        Files.setLastModifiedTime(state, FileTime.from(now.plus(Duration.ofDays(1))));
        assertThat(clock(Optional.empty(), now).getFirst().grade()).isEqualTo(Grade.ERROR);
    }

    @Test
    void onlyAddressesThatTheWorldSeesAreAskedAbout() {
        FakeResolver dns =
                new FakeResolver().address("mx.ours.test", "192.0.2.1", "10.0.0.1", "fd00::1", "2001:db8::1");
        assertThat(PublicAddresses.of(new Domain("mx.ours.test"), dns))
                .contains(InetAddress.ofLiteral("192.0.2.1"), InetAddress.ofLiteral("2001:db8::1"))
                .doesNotContain(InetAddress.ofLiteral("10.0.0.1"), InetAddress.ofLiteral("fd00::1"));
    }
}
