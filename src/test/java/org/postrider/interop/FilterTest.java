package org.postrider.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.postrider.endtoend.CollectingSink;
import org.postrider.endtoend.Dialogue;
import org.postrider.endtoend.Letters;
import org.postrider.endtoend.PostriderUnderTest;
import org.postrider.endtoend.Wire;
import org.postrider.server.crash.ServerProcess;

/** Debian's rspamd, opendkim and clamd filter mail that comes through us. */
@EnabledIfSystemProperty(named = "interop", matches = "true")
@Timeout(120)
final class FilterTest {
    private static final String GTUBE = "XJS*C4JDBQADN1.NSBN3*2IDNEN*GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X";
    private static final String SUSPECT = "YJS*C4JDBQADN1.NSBN3*2IDNEN*GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X";
    private static final String EICAR_NAME = "Postrider.Test.Eicar";

    @TempDir
    private Path directory;

    private CollectingSink sink;

    @SuppressWarnings("NullAway.Init") // set before each test
    FilterTest() {}

    @BeforeEach
    void start() throws IOException {
        sink = CollectingSink.start();
    }

    @AfterEach
    void stop() throws IOException {
        sink.close();
    }

    private PostriderUnderTest server(String... sections) throws IOException {
        PostriderUnderTest server = PostriderUnderTest.in(Files.createDirectories(directory.resolve("server")))
                .route("*", sink.address());
        for (String section : sections) {
            server.section(section);
        }
        return server;
    }

    private static String milter(String name, InetSocketAddress address) {
        return "[[milter]]\nname = \"%s\"\naddress = \"inet:%s\"\n".formatted(name, ServerProcess.text(address));
    }

    private static byte[] letter(String body) {
        return ("From: alice@sender.test\r\nTo: bob@peer.test\r\nSubject: one\r\n"
                        + "Date: Mon, 23 Nov 2026 21:00:00 +0000\r\nMessage-ID: <1@sender.test>\r\n\r\n" + body
                        + "\r\n")
                .getBytes(StandardCharsets.US_ASCII);
    }

    private static String refused(Dialogue client, byte[] content) throws IOException {
        client.envelope("alice@sender.test", "bob@peer.test");
        client.say("DATA", "354");
        client.send(Wire.dotted(content));
        return client.reply();
    }

    private String received() throws InterruptedException {
        return new String(sink.await(1).getFirst().content(), StandardCharsets.ISO_8859_1);
    }

    @Test
    void opendkimSignsAndASecondOneVerifiesWhatTheFirstHasSigned()
            throws IOException, InterruptedException, GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2_048);
        KeyPair pair = generator.generateKeyPair();
        Base64.Encoder base64 = Base64.getMimeEncoder(64, new byte[] {'\n'});
        Files.writeString(
                directory.resolve("key.pem"),
                "-----BEGIN PRIVATE KEY-----\n"
                        + base64.encodeToString(pair.getPrivate().getEncoded()) + "\n-----END PRIVATE KEY-----\n");
        Files.writeString(
                directory.resolve("keys"),
                "one._domainkey.sender.test v=DKIM1; k=rsa; p="
                        + Base64.getEncoder().encodeToString(pair.getPublic().getEncoded()) + "\n");
        InetSocketAddress signs = ServerProcess.freeAddress();
        InetSocketAddress verifies = ServerProcess.freeAddress();
        try (FilterPeer _ = opendkim(
                        "signer",
                        signs,
                        "Mode s\nDomain sender.test\nSelector one\nKeyFile " + directory.resolve("key.pem")
                                + "\nInternalHosts 127.0.0.1\n");
                FilterPeer _ = opendkim(
                        "verifier",
                        verifies,
                        "Mode v\nInternalHosts 192.0.2.1\nAuthservID us.test\n" + "TestPublicKeys "
                                + directory.resolve("keys") + "\n");
                PostriderUnderTest server = server(milter("signer", signs), milter("verifier", verifies));
                Dialogue client = new Dialogue(server.start().smtp())) {
            client.ehlo().deliver("alice@sender.test", letter("signed"), "bob@peer.test");
            assertThat(received())
                    .as("signed by one, verified by the other")
                    .contains("DKIM-Signature: v=1; a=rsa-sha256;")
                    .containsPattern("Authentication-Results: us\\.test;\\s+dkim=pass")
                    .endsWith("\r\n\r\nsigned\r\n");
        }
    }

    private FilterPeer opendkim(String name, InetSocketAddress address, String rest)
            throws IOException, InterruptedException {
        Path own = Files.createDirectories(directory.resolve(name));
        Path conf = Files.writeString(
                own.resolve("opendkim.conf"),
                "Socket inet:%d@127.0.0.1\nCanonicalization relaxed/simple\nRequireSafeKeys no\nSyslog no\n%s"
                        .formatted(address.getPort(), rest));
        return FilterPeer.start(
                own,
                Map.of(),
                address,
                List.of(Peer.unpacked("opendkim") + "/usr/sbin/opendkim", "-f", "-x", conf.toString()));
    }

    @Test
    void rspamdRefusesSpamAndMarksWhatLooksLikeIt() throws IOException, InterruptedException {
        InetSocketAddress address = ServerProcess.freeAddress();
        try (FilterPeer _ = rspamd(address);
                PostriderUnderTest server = server(milter("rspamd", address));
                Dialogue client = new Dialogue(server.start().smtp())) {
            client.ehlo();
            assertThat(refused(client, letter(GTUBE))).startsWith("554 5.7.1 ");
            client.deliver("alice@sender.test", letter(SUSPECT), "bob@peer.test");
            assertThat(received()).contains("\r\nX-Spam: Yes\r\n").endsWith("\r\n\r\n" + SUSPECT + "\r\n");
        }
    }

    private FilterPeer rspamd(InetSocketAddress address) throws IOException, InterruptedException {
        Path own = Files.createDirectories(directory.resolve("rspamd"));
        Path peer = Peer.unpacked("rspamd");
        // The real list of top-level domains takes it half a minute to compile.
        Files.writeString(own.resolve("tld"), "test\n");
        Path conf = Files.writeString(own.resolve("rspamd.conf"), """
                options {
                  pidfile = "%1$s/pid"; rrd = "none"; filters = ""; enable_test_patterns = true;
                  disable_hyperscan = true; url_tld = "%1$s/tld"; tempdir = "%1$s"; control_socket = "%1$s/control";
                  dns { nameserver = ["127.0.0.1:9"]; timeout = 0.1s; retransmits = 1; }
                  hs_cache_dir = "%1$s"; history_file = "%1$s/history"; stats_file = "%1$s/stats";
                }
                logging { type = "console"; level = "info"; }
                actions { reject = 15; add_header = 6; }
                worker "rspamd_proxy" {
                  bind_socket = "%2$s"; milter = yes; timeout = 20s; count = 1;
                  upstream "local" { default = yes; self_scan = yes; }
                }
                """.formatted(own, ServerProcess.text(address)));
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
                own.toString(),
                "RUNDIR",
                own.toString(),
                "LOGDIR",
                own.toString());
        List<String> command = new ArrayList<>(List.of(peer + "/usr/bin/rspamd", "-f", "-i", "-c", conf.toString()));
        paths.forEach((name, value) -> command.add("--var=" + name + "=" + value));
        Map<String, String> environment = new HashMap<>(paths);
        environment.put("LD_LIBRARY_PATH", peer + "/usr/lib/rspamd");
        return FilterPeer.start(own, environment, address, command);
    }

    @Test
    void clamdFindsAVirusAndLetsTheRestPass() throws IOException, InterruptedException {
        InetSocketAddress address = ServerProcess.freeAddress();
        String clamav = "[clamav]\naddress = \"inet:" + ServerProcess.text(address) + "\"\n";
        try (FilterPeer _ = clamd(address);
                PostriderUnderTest server = server(clamav);
                Dialogue client = new Dialogue(server.start().smtp())) {
            client.ehlo();
            assertThat(refused(client, letter(eicar()))).startsWith("554 5.7.1 Virus found: " + EICAR_NAME);
            client.deliver("alice@sender.test", Letters.letter("clean"), "bob@peer.test");
            assertThat(received()).contains("clean");
        }
    }

    /** The harmless file that all scanners find; in two pieces, so that none finds it in this one. */
    private static String eicar() {
        return "X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + "EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*";
    }

    private FilterPeer clamd(InetSocketAddress address) throws IOException, InterruptedException {
        Path own = Files.createDirectories(directory.resolve("clamd"));
        Path database = Files.createDirectories(own.resolve("db"));
        String signature = HexFormat.of().formatHex(eicar().getBytes(StandardCharsets.US_ASCII));
        Files.writeString(database.resolve("test.ndb"), EICAR_NAME + ":0:*:" + signature + "\n");
        Path conf = Files.writeString(
                own.resolve("clamd.conf"),
                "Foreground yes\nDatabaseDirectory %s\nTemporaryDirectory %s\nTCPSocket %d\nTCPAddr 127.0.0.1\n"
                        .formatted(database, own, address.getPort()));
        return FilterPeer.start(
                own,
                Map.of(),
                address,
                List.of(Peer.unpacked("clamav-daemon") + "/usr/sbin/clamd", "--config-file=" + conf));
    }
}
