package org.postrider.smtp.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postrider.mail.Domain;
import org.postrider.mail.Network;
import org.postrider.mail.TlsWish;
import org.postrider.testing.Requirement;
import org.postrider.testing.TestCertificate;
import org.postrider.tls.ServerEngines;

/** STARTTLS and implicit TLS, over real sockets of the loopback address. */
@Timeout(value = 30, unit = TimeUnit.SECONDS)
class TlsSessionTest {
    private static final TestCertificate CERTIFICATE = TestCertificate.selfSigned("mx.example.net");
    private static final javax.net.ssl.SSLContext SERVER = CERTIFICATE.serverContext();

    private final FakeReceptionist receptionist = new FakeReceptionist();
    private final AtomicLong skippedNanos = new AtomicLong();
    private final SmtpServer server = new SmtpServer(
            () -> System.nanoTime() + skippedNanos.get(),
            ConnectionLimits.DEFAULT,
            () -> StressLevel.CALM,
            SessionObserver.NONE);

    @AfterEach
    void stop() {
        server.close();
    }

    private static Optional<SSLEngine> engine() {
        SSLEngine engine = SERVER.createSSLEngine();
        engine.setUseClientMode(false);
        return Optional.of(engine);
    }

    private SmtpListener listen(SecurityOffer.Tls tls, ServerEngines engines) throws IOException {
        return listen(
                ListenerSettings.of(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0)),
                tls,
                engines,
                SessionLimits.DEFAULT);
    }

    private SmtpListener listen(
            ListenerSettings where, SecurityOffer.Tls tls, ServerEngines engines, SessionLimits limits)
            throws IOException {
        SessionSettings d = SessionSettings.of(new Domain("mx.example.net"));
        SessionSettings settings = new SessionSettings(
                d.hostname(),
                d.protocol(),
                d.bareLineEnds(),
                false,
                new SecurityOffer(tls, SecurityOffer.Auth.UNDER_TLS, engines),
                limits,
                d.timeouts());
        return server.listen(where, settings, receptionist);
    }

    /** A listener that takes so many handshakes a minute of one address, and believes what the test says it is. */
    private SmtpListener listenBehindProxy(SecurityOffer.Tls tls, int handshakes) throws IOException {
        SessionLimits d = SessionLimits.DEFAULT;
        SessionLimits limits = new SessionLimits(
                d.errorsMax(),
                d.junkCommandsMax(),
                d.commandsPerMinuteMax(),
                handshakes,
                d.messagesMax(),
                d.recipientsMax(),
                d.recipientsOvershootMax(),
                d.messageOctetsMax(),
                d.commandLineOctetsMax(),
                d.commandDiscardOctetsMax(),
                d.textLineOctetsMax(),
                d.chunksMax());
        ListenerSettings where = ListenerSettings.behindProxies(
                new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0),
                List.of(Network.around(InetAddress.ofLiteral("127.0.0.1"), 32)));
        return listen(where, tls, TlsSessionTest::engine, limits);
    }

    private static Client connectAs(String address, SmtpListener listener) throws IOException {
        return new Client(listener).send("PROXY TCP4 " + address + " 192.0.2.25 40000 25\r\n");
    }

    private Client connect(SecurityOffer.Tls tls) throws IOException {
        return new Client(listen(tls, TlsSessionTest::engine));
    }

    private static final class Client implements AutoCloseable {
        private Socket socket;

        Client(SmtpListener listener) throws IOException {
            socket = new Socket(
                    listener.address().getAddress(), listener.address().getPort());
            socket.setSoTimeout(10_000);
        }

        Client secure() throws IOException {
            SSLSocket secured = (SSLSocket) CERTIFICATE
                    .clientContext()
                    .getSocketFactory()
                    .createSocket(socket, "mx.example.net", socket.getPort(), true);
            secured.startHandshake();
            socket = secured;
            return this;
        }

        Client send(String text) throws IOException {
            socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
            socket.getOutputStream().flush();
            return this;
        }

        /** All lines of the next reply; {@code <closed>} at the end. */
        String reply() throws IOException {
            StringBuilder text = new StringBuilder();
            String line;
            do {
                line = line();
                text.append(line).append('\n');
            } while (line.length() > 3 && line.charAt(3) == '-');
            return text.toString();
        }

        /** Octet by octet: what follows a line may be TLS. */
        private String line() throws IOException {
            InputStream in = socket.getInputStream();
            StringBuilder line = new StringBuilder();
            for (int octet = in.read(); octet != '\n'; octet = in.read()) {
                if (octet < 0) {
                    return "<closed>";
                }
                line.append((char) octet);
            }
            return line.toString().stripTrailing();
        }

        String ask(String line) throws IOException {
            return send(line + "\r\n").reply();
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    @Test
    @Requirement({"conf-63", "conf-64", "conf-65", "B3", "RFC 3207 §4.2"})
    void goesOverToTlsAndForgetsWhatWasSaid() throws Exception {
        try (Client client = connect(SecurityOffer.Tls.STARTTLS)) {
            assertThat(client.reply()).startsWith("220 ");
            assertThat(client.ask("EHLO client.example")).contains("STARTTLS").doesNotContain("AUTH");
            assertThat(client.ask("STARTTLS now")).startsWith("501 5.5.4");
            assertThat(client.ask("STARTTLS")).startsWith("220 2.0.0");
            client.secure();
            assertThat(client.ask("MAIL FROM:<a@client.example>")).startsWith("503 5.5.1");
            assertThat(client.ask("EHLO client.example"))
                    .doesNotContain("STARTTLS")
                    .contains("AUTH PLAIN LOGIN");
            assertThat(client.ask("STARTTLS")).startsWith("554 5.5.1");
            assertThat(client.ask("MAIL FROM:<a@client.example>")).startsWith("250 ");
            assertThat(client.ask("RCPT TO:<b@example.net>")).startsWith("250 ");
            assertThat(client.ask("DATA")).startsWith("354 ");
            assertThat(client.ask("Subject: x\r\n\r\nhello\r\n.")).startsWith("250 ");
            assertThat(client.ask("QUIT")).startsWith("221 ");
            assertThat(client.reply()).startsWith("<closed>");
        }
        assertThat(receptionist.take().text()).isEqualTo("Subject: x\r\n\r\nhello\r\n");
        assertThat(receptionist.securedSessions()).hasSize(1);
        assertThat(receptionist.securedSessions().getFirst().version()).isEqualTo("TLSv1.3");
    }

    @Test
    @Requirement({"conf-105", "RFC 8689 §2"})
    void requireTlsIsKnownInTlsOnlyAndHasNoValue() throws Exception {
        try (Client client = connect(SecurityOffer.Tls.STARTTLS)) {
            client.reply();
            assertThat(client.ask("EHLO client.example")).doesNotContain("REQUIRETLS");
            assertThat(client.ask("MAIL FROM:<a@client.example> REQUIRETLS")).startsWith("555 5.5.4");
            client.ask("STARTTLS");
            client.secure();
            assertThat(client.ask("EHLO client.example")).contains("REQUIRETLS");
            assertThat(client.ask("MAIL FROM:<a@client.example> REQUIRETLS=1")).startsWith("501 5.5.4");
            assertThat(client.ask("MAIL FROM:<a@client.example> requiretls SIZE=10"))
                    .startsWith("250 ");
            client.ask("RCPT TO:<b@example.net>");
            client.ask("DATA");
            assertThat(client.ask("Subject: x\r\n\r\nhello\r\n.")).startsWith("250 ");
        }
        assertThat(receptionist.take().envelope().parameters().tls()).isEqualTo(TlsWish.REQUIRED);
    }

    @Test
    @Requirement({"B2", "conf-66", "RFC 3207 §4.2"})
    void aTransactionEndsWithTheHandshake() throws Exception {
        try (Client client = connect(SecurityOffer.Tls.STARTTLS)) {
            client.reply();
            client.ask("EHLO client.example");
            assertThat(client.ask("MAIL FROM:<a@client.example>")).startsWith("250 ");
            assertThat(client.ask("STARTTLS")).startsWith("220 ");
            client.secure();
            assertThat(client.ask("RCPT TO:<b@example.net>")).startsWith("503 5.5.1");
            client.ask("EHLO client.example");
            assertThat(client.ask("RCPT TO:<b@example.net>")).startsWith("503 5.5.1");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "STARTTLS\r\nRSET\r\nMAIL FROM:<x@client.example>\r\n",
                "STARTTLS\r\nN",
                "STARTTLS\r\nEHLO again.example\r\n"
            })
    @Requirement({"B1", "conf-69", "RFC 3207 §6"})
    void nothingMayComeTogetherWithStartTls(String packet) throws Exception {
        try (Client client = connect(SecurityOffer.Tls.STARTTLS)) {
            client.reply();
            client.ask("EHLO client.example");
            client.send(packet);
            assertThat(client.reply()).startsWith("554 5.5.0");
            assertThat(client.reply()).startsWith("<closed>");
        }
        assertThat(receptionist.securedSessions()).isEmpty();
    }

    @Test
    @Requirement("conf-68")
    void saysThatThereIsNoCertificateNow() throws Exception {
        try (Client client = new Client(listen(SecurityOffer.Tls.STARTTLS, Optional::empty))) {
            client.reply();
            assertThat(client.ask("EHLO client.example")).doesNotContain("STARTTLS");
            assertThat(client.ask("STARTTLS")).startsWith("454 4.7.0");
            assertThat(client.ask("NOOP")).startsWith("250 ");
        }
    }

    @Test
    @Requirement({"conf-65", "RFC 3207 §4"})
    void withoutTlsTheCommandIsNotThere() throws Exception {
        try (Client client = connect(SecurityOffer.Tls.NONE)) {
            client.reply();
            assertThat(client.ask("EHLO client.example")).doesNotContain("STARTTLS");
            assertThat(client.ask("STARTTLS")).startsWith("502 5.5.1");
        }
    }

    @Test
    @Requirement({"conf-70", "RFC 8314 §3.3"})
    void beginsWithTheHandshakeWhereTlsIsImplicit() throws Exception {
        try (Client client = connect(SecurityOffer.Tls.IMPLICIT).secure()) {
            assertThat(client.reply()).startsWith("220 ");
            assertThat(client.ask("EHLO client.example"))
                    .contains("AUTH PLAIN LOGIN")
                    .doesNotContain("STARTTLS");
            assertThat(client.ask("STARTTLS")).startsWith("554 5.5.1");
        }
    }

    @Test
    void closesOnClientsThatSpeakNoTls() throws Exception {
        try (Client client = connect(SecurityOffer.Tls.IMPLICIT)) {
            client.send("EHLO client.example\r\n");
            assertThat(client.socket.getInputStream().readAllBytes())
                    .doesNotContain("220".getBytes(StandardCharsets.US_ASCII));
        }
        assertThat(receptionist.securedSessions()).isEmpty();
    }

    @Test
    @Requirement("B8")
    void aHandshakeThatDoesNotComeToItsEndIsEnded() throws Exception {
        try (Client client = connect(SecurityOffer.Tls.STARTTLS)) {
            client.reply();
            client.ask("EHLO client.example");
            assertThat(client.ask("STARTTLS")).startsWith("220 ");
            // The head of a record whose rest never comes.
            client.socket.getOutputStream().write(new byte[] {0x16, 3, 1, 2, 0, 1});
            client.socket.getOutputStream().flush();
            skippedNanos.addAndGet(SessionTimeouts.HANDSHAKE.plusSeconds(1).toNanos());
            assertThatThrownBy(() -> {
                        if (client.socket.getInputStream().read() < 0) {
                            throw new IOException("closed");
                        }
                    })
                    .isInstanceOf(IOException.class);
        }
    }

    /** What a client hears that asks for TLS right after its greeting. */
    private static String startTls(String address, SmtpListener listener) throws IOException {
        try (Client client = connectAs(address, listener)) {
            assertThat(client.reply()).startsWith("220 ");
            assertThat(client.ask("EHLO client.example")).contains("STARTTLS");
            String answer = client.ask("STARTTLS");
            if (answer.startsWith("220 ")) {
                client.secure();
                assertThat(client.ask("EHLO client.example")).startsWith("250");
            } else {
                assertThat(client.reply()).startsWith("<closed>");
            }
            return answer;
        }
    }

    @Test
    @Requirement("B9")
    void refusesTheHandshakesThatAreTooManyForOneAddress() throws Exception {
        SmtpListener listener = listenBehindProxy(SecurityOffer.Tls.STARTTLS, 2);
        assertThat(startTls("192.0.2.1", listener)).startsWith("220 ");
        assertThat(startTls("192.0.2.1", listener)).startsWith("220 ");
        assertThat(startTls("192.0.2.1", listener)).startsWith("421 4.7.0 ");
        assertThat(startTls("192.0.2.2", listener)).startsWith("220 ");
        skippedNanos.addAndGet(TimeUnit.SECONDS.toNanos(61));
        assertThat(startTls("192.0.2.1", listener)).startsWith("220 ");
    }

    @Test
    @Requirement("B9")
    void countsHandshakesThatCameToNothing() throws Exception {
        SmtpListener listener = listenBehindProxy(SecurityOffer.Tls.STARTTLS, 1);
        try (Client client = connectAs("192.0.2.1", listener)) {
            assertThat(client.reply()).startsWith("220 ");
            assertThat(client.ask("EHLO client.example")).contains("STARTTLS");
            assertThat(client.ask("STARTTLS")).startsWith("220 ");
            client.send("this is no handshake\r\n");
        }
        assertThat(startTls("192.0.2.1", listener)).startsWith("421 4.7.0 ");
    }

    @Test
    @Requirement("B9")
    void closesImplicitTlsThatIsTooMuchForOneAddress() throws Exception {
        SmtpListener listener = listenBehindProxy(SecurityOffer.Tls.IMPLICIT, 1);
        try (Client client = connectAs("192.0.2.1", listener)) {
            assertThat(client.secure().reply()).startsWith("220 ");
        }
        try (Client client = connectAs("192.0.2.1", listener)) {
            assertThatThrownBy(client::secure).isInstanceOf(IOException.class);
        }
    }

    @Test
    void countsNoHandshakesOfThisMachine() throws Exception {
        SmtpListener listener = listenBehindProxy(SecurityOffer.Tls.STARTTLS, 1);
        assertThat(startTls("127.0.0.1", listener)).startsWith("220 ");
        assertThat(startTls("127.0.0.1", listener)).startsWith("220 ");
    }

    @Test
    @Requirement("conf-70")
    void aHandshakeMayComeInOnePacketWithTheProxyHeader() throws Exception {
        SmtpListener listener = listenBehindProxy(SecurityOffer.Tls.IMPLICIT, 100);
        SSLEngine engine = CERTIFICATE.clientContext().createSSLEngine("mx.example.net", 465);
        engine.setUseClientMode(true);
        ByteBuffer packet = ByteBuffer.allocate(20_000);
        packet.put("PROXY TCP4 192.0.2.1 192.0.2.25 40000 465\r\n".getBytes(StandardCharsets.US_ASCII));
        engine.wrap(ByteBuffer.allocate(0), packet);
        try (Client client = new Client(listener)) {
            client.socket.getOutputStream().write(packet.array(), 0, packet.position());
            client.socket.getOutputStream().flush();
            assertThat(client.socket.getInputStream().read())
                    .as("a handshake record")
                    .isEqualTo(0x16);
        }
    }
}
