package org.postrider.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.postrider.http.Health;
import org.postrider.server.config.Configuration;
import org.postrider.server.config.ConfigurationFile;

@Timeout(60)
class NodeTest {
    private static final String FIRST = "127.0.0.1:0";
    private static final String SECOND = "127.0.0.2:0";

    @TempDir
    private Path directory = Path.of("");

    private static String listener(String address, String role) {
        return "[[listener]]\naddress = \"" + address + "\"\nrole = \"" + role + "\"\n";
    }

    private Configuration configuration(String listeners) {
        String text = """
            hostname = "mx.example"
            %s
            [http]
            address = "127.0.0.1:0"
            [relay]
            networks = ["192.0.2.0/24"]
            [[domain]]
            name = "a.example"
            deliver = "hold"
            [timeouts]
            drain = "2s"
            """.formatted(listeners);
        return switch (ConfigurationFile.parse(text, directory, "test.toml")) {
            case ConfigurationFile.Result.Valid(var configuration, var _) -> configuration;
            case ConfigurationFile.Result.Invalid(var problems) -> throw new AssertionError(problems.toString());
        };
    }

    private Node start(String listeners) throws IOException {
        Configuration configuration = configuration(listeners);
        return Node.start(
                configuration,
                new Node.Options(false, () -> new ConfigurationFile.Result.Valid(configuration, List.of())));
    }

    /** Whether strangers are greeted: on a listener for MX, not on one for relaying. */
    private static boolean isMx(InetSocketAddress address) throws IOException {
        try (Socket socket = new Socket(address.getAddress(), address.getPort());
                BufferedReader replies =
                        new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII))) {
            socket.setSoTimeout(10_000);
            return replies.readLine().startsWith("220");
        }
    }

    @Test
    void listenersKeepTheirRulesOverReloads() throws IOException {
        try (Node node = start(listener(FIRST, "mx") + listener(SECOND, "relay"))) {
            InetSocketAddress first = node.smtpAddresses().getFirst();
            InetSocketAddress second = node.smtpAddresses().getLast();
            assertThat(node.take(configuration(listener(SECOND, "relay") + listener(FIRST, "mx"))))
                    .containsExactly("listeners that are added, removed or moved take effect at the next start");
            assertThat(isMx(first)).isTrue();
            assertThat(isMx(second)).isFalse();
            node.take(configuration(listener(SECOND, "mx")));
            assertThat(isMx(first)).isTrue();
            assertThat(isMx(second)).isTrue();
            node.take(configuration(""));
            node.take(configuration(listener(FIRST, "relay")));
            assertThat(isMx(first)).isFalse();
            assertThat(isMx(second)).isTrue();
        }
    }

    @Test
    void remarksOnWhatItCannotChange() {
        Configuration before = configuration(listener(FIRST, "mx"));
        Configuration after = configuration(listener(FIRST, "mx")
                + "proxy-protocol = true\n[proxy]\nnetworks = [\"127.0.0.1/32\"]\n" + "[log]\nmail-log = \"x.log\"\n");
        assertThat(AtReload.remarks(before, before)).isEmpty();
        assertThat(AtReload.remarks(before, after))
                .containsExactly(
                        "proxy-protocol takes effect at the next start",
                        "[proxy] networks take effect at the next start",
                        "log.mail-log takes effect at the next start");
    }

    @Test
    void drainsOnceHoweverOftenItIsTold() throws Exception {
        Node node = start(listener(FIRST, "mx"));
        Thread signal = Thread.ofPlatform().start(node::drain);
        node.drain();
        signal.join();
        node.close();
        assertThat(node.phase()).isEqualTo(Health.Phase.DRAINING);
        assertThat(node.take(configuration(""))).containsExactly("the server is stopping; nothing was changed");
    }
}
