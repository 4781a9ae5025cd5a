package org.postrider.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.postrider.endtoend.CollectingSink;
import org.postrider.endtoend.Dialogue;
import org.postrider.endtoend.Letters;
import org.postrider.endtoend.PostriderUnderTest;
import org.postrider.server.crash.ServerProcess;
import org.postrider.testing.Requirement;

/** From us to each of them over TLS, with a certificate that is verified. */
@EnabledIfSystemProperty(named = "interop", matches = "true")
@Timeout(150)
final class TlsOutTest {
    private static final int MESSAGES = 5;

    @TempDir
    private Path directory;

    @ParameterizedTest
    @EnumSource(
            value = PeerKind.class,
            names = {"POSTFIX", "EXIM"})
    @Requirement({"conf-63", "conf-64", "RFC 3207 §4.2"})
    void verifiedTlsCarriesMessageAfterMessage(PeerKind kind) throws IOException, InterruptedException {
        String log = carry(kind, "verify");
        assertThat(log).containsPattern("\"tls\":\"TLSv1\\.[23] TLS_\\w+ trusted\"");
    }

    /** Debian's OpenSMTPD 6.8 breaks off every handshake since OpenSSL 3: a peer such as opportunistic TLS must live with. */
    @Test
    @Requirement("RFC 7435 §3")
    void goesOnInClearWherePolicyAllowsItAndTheHandshakeBreaks() throws IOException, InterruptedException {
        String log = carry(PeerKind.OPENSMTPD, "may");
        assertThat(log).contains("\"event\":\"delivered\"").doesNotContain("trusted\"");
    }

    /** Delivers to the peer, and gives the mail log of that. */
    private String carry(PeerKind kind, String tls) throws IOException, InterruptedException {
        Files.writeString(directory.resolve("ca.pem"), Peer.AUTHORITY.chainPem());
        try (CollectingSink sink = CollectingSink.start();
                Peer peer = kind.start(directory.resolve("peer"), sink.address());
                PostriderUnderTest server = PostriderUnderTest.in(directory)
                        .withoutRoutes()
                        .section("""
                                [tls]
                                trust = "file:ca.pem"

                                [[route]]
                                recipient-domain = "*"
                                to = "smtp:%s"
                                tls = "%s"
                                %s
                                """.formatted(
                                        ServerProcess.text(peer.address()),
                                        tls,
                                        tls.equals("verify") ? "tls-names = [\"mx.peer.test\"]" : ""))
                        .start();
                Dialogue client = new Dialogue(server.smtp())) {
            client.ehlo();
            for (int i = 0; i < MESSAGES; i++) {
                client.deliver("alice@sender.test", Letters.letter("tls-" + i), "bob@" + Peer.DOMAIN);
            }
            peer.awaitMail(MESSAGES, text -> text.contains("Subject: tls-"));
            server.drain();
            return Files.readString(server.data().resolve("mail.log"));
        }
    }
}
