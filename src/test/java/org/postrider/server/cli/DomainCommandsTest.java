package org.postrider.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.postrider.mailauth.dkim.DkimKeyPair;
import org.postrider.mailauth.dkim.SigningAlgorithm;
import org.postrider.server.cli.CommandLineUser.Result;
import org.postrider.testing.FakeDnsServer;
import tools.jackson.databind.JsonNode;

@Timeout(60)
final class DomainCommandsTest {
    @TempDir
    private Path directory;

    private final FakeDnsServer dns = FakeDnsServer.start();

    @AfterEach
    void stop() {
        dns.close();
    }

    private CommandLineUser user() throws IOException {
        CommandLineUser user = CommandLineUser.stopped(directory);
        user.configure("hold", "[dns]\nservers = [\"127.0.0.1:" + dns.address().getPort() + "\"]\n");
        user.start();
        return user;
    }

    private static JsonNode json(Result result) {
        assertThat(result.code()).as(result.err()).isZero();
        return Output.JSON.readTree(result.out());
    }

    /** As somebody would who copies the lines of {@code --zone}. */
    private void publish(String zone) {
        zone.lines().filter(line -> !line.startsWith(";")).forEach(line -> {
            String[] parts = line.split(" ", 4);
            dns.add(parts[0].substring(0, parts[0].length() - 1), 60, parts[2], parts[3]);
        });
    }

    @Test
    void addsADomainAndSignsOnceItsRecordsAreThere() throws IOException {
        try (CommandLineUser user = user()) {
            Result added = user.ask("domain", "add", "Example.com");
            assertThat(added.code()).as(added.err()).isZero();
            assertThat(added.out())
                    .contains("._domainkey.example.com.", "\"v=DKIM1; k=rsa; p=", "waits for its record")
                    .contains("a:postrider.test", "v=DMARC1; p=none; rua=mailto:postmaster@postrider.test");
            assertThat(added.out().lines()).allMatch(line -> line.length() < 270);
            assertThat(user.ask("domain", "add", "example.com").code()).isEqualTo(ExitCodes.USAGE);

            Result zone = user.ask("domain", "show", "example.com", "--zone");
            assertThat(zone.out()).doesNotContain("PRIVATE");
            publish(zone.out());
            JsonNode looked = json(user.ask("domain", "show", "example.com", "--json"));
            assertThat(looked.path("keys").get(0).path("phase").asString()).isEqualTo("published");

            assertThat(user.ask("domain", "check", "example.com").out()).contains("_domainkey.example.com");
            JsonNode after = json(user.ask("domain", "show", "example.com", "--json"));
            assertThat(after.path("keys").get(0).path("phase").asString()).isEqualTo("active");
            assertThat(after.path("keys").get(1).path("phase").asString()).isEqualTo("active");
            assertThat(user.ask("domain", "list").out()).contains("example.com");
        }
    }

    @Test
    void rotatesAndRemoves() throws IOException {
        try (CommandLineUser user = user()) {
            assertThat(user.ask("domain", "rotate", "example.com").code()).isEqualTo(ExitCodes.NOT_FOUND);
            json(user.ask("domain", "add", "example.com", "--now", "--json"));
            JsonNode rotated = json(user.ask("domain", "rotate", "example.com", "--json"));
            assertThat(rotated.path("keys").size()).isEqualTo(4);
            assertThat(user.ask("domain", "rotate", "example.com").err()).contains("wait for their records");
            assertThat(user.ask("domain", "rotate", "example.com", "--now").out())
                    .contains("signs no more since", "REMOVE");
            assertThat(user.ask("domain", "remove", "example.com").out()).contains("remove: example.com");
            assertThat(user.ask("domain", "list").err()).contains("No domains yet");
            assertThat(user.ask("domain", "show", "example.com").code()).isEqualTo(ExitCodes.NOT_FOUND);
            assertThat(user.ask("domain", "add", "nonsense").code()).isEqualTo(ExitCodes.USAGE);
        }
    }

    @Test
    void checksWithoutAServer() throws IOException {
        CommandLineUser user = CommandLineUser.stopped(directory);
        user.configure("hold", "[dns]\nservers = [\"127.0.0.1:" + dns.address().getPort() + "\"]\n");
        dns.add("postrider.test", 60, "A", "192.0.2.10");
        dns.add("example.com", 60, "TXT", "\"v=spf1 a:postrider.test -all\"");
        String config = "--config=" + user.file();

        Result checked = CommandLineUser.type("domain", "check", "example.com", "--json", config);
        assertThat(checked.code()).as(checked.err()).isEqualTo(ExitCodes.WRONG);
        assertThat(checked.err()).contains("No server answers");
        JsonNode spf = Output.JSON.readTree(checked.out()).get(1);
        assertThat(spf.path("check").asString()).isEqualTo("spf");
        assertThat(spf.path("grade").asString()).isEqualTo("GOOD");
        assertThat(CommandLineUser.type("domain", "check", "nonsense", config).code())
                .isEqualTo(ExitCodes.USAGE);
    }

    @Test
    void theDoctorLooksAtHostNameServersIdentityAndDomains() throws IOException {
        try (CommandLineUser user = user()) {
            dns.add("a.root-servers.net", 60, "A", "198.41.0.4");
            json(user.ask("domain", "add", "example.com", "--json"));
            Result doctor = user.ask("doctor", "--json");
            JsonNode groups = Output.JSON.readTree(doctor.out());
            assertThat(groups.findValuesAsString("name"))
                    .containsExactly(
                            "host", "dns", "identity", "open-relay", "clock", "reputation", "domain example.com");
            assertThat(groups.get(0).path("checks").findValuesAsString("check"))
                    .contains("port", "disk", "sync", "open-files");
            assertThat(groups.get(3).path("checks").findValuesAsString("grade")).containsExactly("GOOD");
            assertThat(groups.get(4).path("checks").findValuesAsString("check"))
                    .containsExactly("clock", "clock-offset");
            assertThat(doctor.code()).isEqualTo(ExitCodes.WRONG);
            Result text = user.ask("doctor");
            assertThat(text.out()).contains("== host", "== domain example.com", "wanted: ", "fix:    ");
        }
    }

    @Test
    void mailIsSignedByKeysOfTheStateDatabaseBesideThoseOfTheConfiguration() throws IOException {
        DkimKeyPair pair = DkimKeyPair.generate(SigningAlgorithm.ED25519_SHA256);
        Files.writeString(directory.resolve("dkim.pem"), pair.pem());
        CommandLineUser user = CommandLineUser.stopped(directory);
        user.configure("maildir:out", """
            [dns]
            servers = ["127.0.0.1:%d"]

            [[dkim-key]]
            domain = "example.com"
            selector = "own"
            key = "file:dkim.pem"
            """.formatted(dns.address().getPort()));
        user.start();
        try (user) {
            json(user.ask("domain", "add", "example.com", "--json"));
            assertThat(signatures(user)).containsExactly("own");
            json(user.ask("domain", "rotate", "example.com", "--now", "--json"));
            assertThat(signatures(user)).hasSize(3).contains("own").anyMatch(selector -> selector.endsWith("e"));
            assertThat(user.ask("reload").code()).isZero();
            assertThat(signatures(user)).hasSize(3);
            user.stop();
            user.start();
            assertThat(signatures(user)).hasSize(3);
            user.ask("domain", "remove", "example.com");
            assertThat(signatures(user)).containsExactly("own");
        }
    }

    /** The selectors of the signatures of one message, sent now. */
    private List<String> signatures(CommandLineUser user) throws IOException {
        Result sent = user.send("b@there.example", "--from=a@example.com");
        assertThat(sent.code()).as(sent.err()).isZero();
        try (Stream<Path> files = Files.list(directory.resolve("out").resolve("new"))) {
            Path message = files.findFirst().orElseThrow();
            String text = Files.readString(message, StandardCharsets.ISO_8859_1);
            Files.delete(message);
            return Pattern.compile("\\bs=(\\w+);")
                    .matcher(text)
                    .results()
                    .map(found -> found.group(1))
                    .toList();
        }
    }
}
