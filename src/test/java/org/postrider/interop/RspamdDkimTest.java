package org.postrider.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.postrider.mailauth.dkim.DkimRecord;
import org.postrider.mailauth.dkim.SampleMail;
import org.postrider.server.crash.ServerProcess;
import org.postrider.testing.FakeDnsServer;

/** Debian's rspamd verifies what we sign: chance messages in all canonical forms, its keys from a DNS of the test's own. */
@EnabledIfSystemProperty(named = "interop", matches = "true")
@Timeout(300)
final class RspamdDkimTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir
    private Path directory;

    @SuppressWarnings("NullAway.Init") // set before each test
    RspamdDkimTest() {}

    @Test
    void rspamdVerifiesWhatWeSign() throws IOException, InterruptedException {
        Instant now = Instant.now();
        InetSocketAddress address = ServerProcess.freeAddress();
        List<String> expected = new ArrayList<>();
        List<String> told = new ArrayList<>();
        try (FakeDnsServer dns = FakeDnsServer.start();
                FilterPeer _ = rspamd(address, dns.address());
                HttpClient client = HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .build()) {
            for (DkimRecord record : ChanceMail.records()) {
                dns.add(record.name().ascii(), 300, "TXT", strings(record.text()));
            }
            URI check = URI.create("http://" + ServerProcess.text(address) + "/checkv2");
            for (int i = 0; i < ChanceMail.MESSAGES; i++) {
                SampleMail letter = ChanceMail.letter(i);
                SampleMail signed = letter.below(letter.sign(ChanceMail.signer(i), now));
                HttpRequest request = HttpRequest.newBuilder(check)
                        .timeout(PATIENCE)
                        .header("IP", "198.51.100.1")
                        .header("From", "a@example.net")
                        .POST(HttpRequest.BodyPublishers.ofByteArray(
                                ChanceMail.sent(i, signed).octets()))
                        .build();
                String answer = client.send(request, HttpResponse.BodyHandlers.ofString())
                        .body();
                told.add(i + result(answer, "s=r") + result(answer, "s=e"));
                boolean allows = ChanceMail.isSound(i) && !isOneBlankLine(i, letter);
                expected.add(i + (allows ? " R_DKIM_ALLOW R_DKIM_ALLOW" : " R_DKIM_REJECT R_DKIM_REJECT"));
            }
        }
        assertThat(told).containsExactlyElementsOf(expected);
    }

    /**
     * Whether the body is one line of blanks, signed in the relaxed form. By RFC 6376 §3.4.4 its blanks go first, then the
     * empty line, and nothing is left; opendkim and dkimpy read it so, too. rspamd 3.4 hashes something else.
     */
    private static boolean isOneBlankLine(int number, SampleMail letter) {
        String text = letter.text();
        return number % 2 == 1 && text.substring(text.indexOf("\r\n\r\n") + 4).matches("[ \t]+\r\n");
    }

    /** Which of its symbols names this signature. */
    private static String result(String json, String selector) {
        for (String symbol : List.of("R_DKIM_ALLOW", "R_DKIM_REJECT", "R_DKIM_TEMPFAIL", "R_DKIM_PERMFAIL")) {
            int at = json.indexOf('"' + symbol + '"');
            if (at >= 0 && json.substring(at, json.indexOf('}', at)).contains("example.net:" + selector)) {
                return " " + symbol;
            }
        }
        return " nothing:" + json;
    }

    /** In strings of at most 255 octets, as a zone file has them. */
    private static String strings(String text) {
        StringBuilder strings = new StringBuilder();
        for (int at = 0; at < text.length(); at += 200) {
            strings.append('"')
                    .append(text, at, Math.min(at + 200, text.length()))
                    .append("\" ");
        }
        return strings.toString().strip();
    }

    private FilterPeer rspamd(InetSocketAddress address, InetSocketAddress dns)
            throws IOException, InterruptedException {
        Path peer = Peer.unpacked("rspamd");
        Files.writeString(directory.resolve("tld"), "net\n");
        Path conf = Files.writeString(directory.resolve("rspamd.conf"), """
                options {
                  pidfile = "%1$s/pid"; rrd = "none"; filters = "dkim"; disable_hyperscan = true;
                  url_tld = "%1$s/tld"; tempdir = "%1$s"; control_socket = "%1$s/control";
                  dns { nameserver = ["%3$s"]; timeout = 5s; retransmits = 2; }
                  hs_cache_dir = "%1$s"; history_file = "%1$s/history"; stats_file = "%1$s/stats";
                }
                logging { type = "console"; level = "info"; }
                actions { reject = 1500; }
                group "policies" {
                  symbol "R_DKIM_ALLOW" { weight = -1.0; }
                  symbol "R_DKIM_REJECT" { weight = 1.0; }
                  symbol "R_DKIM_TEMPFAIL" { weight = 0.1; }
                  symbol "R_DKIM_PERMFAIL" { weight = 0.1; }
                }
                dkim { max_sigs = 5; trusted_only = false; check_local = true; }
                worker "normal" { bind_socket = "%2$s"; count = 1; mime = true; }
                """.formatted(
                        directory, ServerProcess.text(address), ServerProcess.text(dns)));
        String share = peer + "/usr/share/rspamd";
        Map<String, String> paths = Map.of(
                "SHAREDIR",
                share,
                "LUALIBDIR",
                share + "/lualib",
                "RULESDIR",
                share + "/rules",
                "PLUGINSDIR",
                share + "/plugins",
                "DBDIR",
                directory.toString(),
                "RUNDIR",
                directory.toString(),
                "LOGDIR",
                directory.toString());
        List<String> command = new ArrayList<>(List.of(peer + "/usr/bin/rspamd", "-f", "-i", "-c", conf.toString()));
        paths.forEach((name, value) -> command.add("--var=" + name + "=" + value));
        Map<String, String> environment = new HashMap<>(paths);
        environment.put("LD_LIBRARY_PATH", peer + "/usr/lib/rspamd");
        return FilterPeer.start(directory, environment, address, command);
    }
}
