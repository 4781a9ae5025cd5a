package org.postrider.smtp.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.postrider.mail.Domain;
import org.postrider.mail.Network;
import org.postrider.testing.Requirement;

/** Listeners and connections, over real sockets of the loopback address. */
@Timeout(value = 30, unit = TimeUnit.SECONDS)
class SmtpServerTest {
    private static final InetSocketAddress ANY_PORT = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0);

    private final FakeReceptionist receptionist = new FakeReceptionist();
    private final AtomicReference<StressLevel> stress = new AtomicReference<>(StressLevel.CALM);
    private final SmtpServer server = new SmtpServer(
            System::nanoTime,
            new ConnectionLimits(4, 3, 3),
            () -> stress.get() == StressLevel.OVERLOADED ? StressLevel.OVERLOADED : StressLevel.CALM,
            SessionObserver.NONE);

    @AfterEach
    void stop() {
        server.close();
    }

    private static final class Client implements AutoCloseable {
        private final Socket socket;
        private final BufferedReader replies;

        Client(SmtpListener listener) throws IOException {
            socket = new Socket(
                    listener.address().getAddress(), listener.address().getPort());
            socket.setSoTimeout(10_000);
            replies = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
        }

        Client send(byte[] octets) throws IOException {
            socket.getOutputStream().write(octets);
            return this;
        }

        Client send(String text) throws IOException {
            return send(text.getBytes(StandardCharsets.ISO_8859_1));
        }

        Client expect(String... starts) throws IOException {
            for (String start : starts) {
                assertThat(replies.readLine()).startsWith(start);
            }
            return this;
        }

        void expectEnd() throws IOException {
            assertThat(replies.readLine()).isNull();
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    private SmtpListener listen(ListenerSettings settings) throws IOException {
        return server.listen(settings, SessionSettings.of(new Domain("mx.example.net")), receptionist);
    }

    private SmtpListener listenBehindProxy(String network) throws IOException {
        return listen(ListenerSettings.behindProxies(
                ANY_PORT, List.of(Network.parse(network).orElseThrow())));
    }

    private static void transact(Client client, String content) throws IOException {
        client.send("HELO x\r\nMAIL FROM:<a@x.example>\r\nRCPT TO:<b@example.net>\r\nDATA\r\n");
        client.expect("250", "250", "250", "354");
        client.send(content + "\r\n.\r\n").expect("250 2.0.0");
    }

    @Test
    @Requirement({"F9", "RFC 5321 §7.8"})
    void countsTheCommandsOfAnAddressOverAllItsSessions() throws Exception {
        SmtpListener listener =
                server.listen(ListenerSettings.of(ANY_PORT), SessionLimitsTest.perMinute(10), receptionist);
        try (Client one = new Client(listener).expect("220");
                Client two = new Client(listener).expect("220")) {
            one.send("NOOP\r\n".repeat(6)).expect("250", "250", "250", "250", "250", "250");
            two.send("NOOP\r\n".repeat(4)).expect("250", "250", "250", "250");
            two.send("NOOP\r\n").expect("421 4.7.0").expectEnd();
            one.send("NOOP\r\n").expect("421 4.7.0").expectEnd();
        }
    }

    @Test
    @Requirement("RFC 5321 §3.3")
    void acceptsMailOverASocket() throws Exception {
        SmtpListener listener = listen(ListenerSettings.of(ANY_PORT));
        String megabytes =
                ("0123456789abcdef".repeat(4) + "\r\n").repeat(50_000).strip();
        try (Client client = new Client(listener).expect("220 mx.example.net ESMTP")) {
            transact(client, megabytes);
            transact(client, "small");
            client.send("QUIT\r\n").expect("221").expectEnd();
        }
        assertThat(receptionist.take().text()).isEqualTo(megabytes + "\r\n");
        assertThat(receptionist.take().text()).isEqualTo("small\r\n");
        assertThat(receptionist.peers().getFirst().remote().getAddress()).isEqualTo(ANY_PORT.getAddress());
    }

    @Test
    @Requirement("G2")
    void turnsAwayWhatIsTooMuchForAnAddress() throws Exception {
        SmtpListener listener = listen(ListenerSettings.of(ANY_PORT));
        try (Client _ = new Client(listener).expect("220");
                Client two = new Client(listener).expect("220");
                Client _ = new Client(listener).expect("220")) {
            try (Client four = new Client(listener)) {
                four.expect("421 4.7.0 Too many connections from 127.0.0.1").expectEnd();
            }
            two.send("QUIT\r\n").expect("221").expectEnd();
            awaitConnections(2);
            try (Client again = new Client(listener)) {
                again.expect("220");
            }
        }
        awaitConnections(0);
    }

    @Test
    @Requirement("G2")
    void turnsAwayWhatIsTooMuchInAll() throws Exception {
        server.replace(new ConnectionLimits(1, 3, 3));
        SmtpListener listener = listen(ListenerSettings.of(ANY_PORT));
        try (Client _ = new Client(listener).expect("220");
                Client two = new Client(listener)) {
            two.expect("421 4.3.2").expectEnd();
        }
    }

    @Test
    void turnsEverybodyAwayWhileOverloaded() throws Exception {
        SmtpListener listener = listen(ListenerSettings.of(ANY_PORT));
        stress.set(StressLevel.OVERLOADED);
        try (Client client = new Client(listener)) {
            client.expect("421 4.3.2").expectEnd();
        }
        stress.set(StressLevel.CALM);
        try (Client client = new Client(listener)) {
            client.expect("220");
        }
    }

    @Test
    void takesNewSettingsAtTheNextConnection() throws Exception {
        SmtpListener listener = listen(ListenerSettings.of(ANY_PORT));
        listener.replace(SessionSettings.of(new Domain("other.example.net")));
        try (Client client = new Client(listener)) {
            client.expect("220 other.example.net");
        }
    }

    @Test
    @Requirement({"conf-2", "RFC 5321 §3.8"})
    void stopsGracefully() throws Exception {
        SmtpListener listener = listen(ListenerSettings.of(ANY_PORT));
        try (Client idle = new Client(listener).expect("220");
                Client busy = new Client(listener).expect("220")) {
            busy.send("HELO x\r\nMAIL FROM:<a@x.example>\r\nRCPT TO:<b@example.net>\r\nDATA\r\n");
            busy.expect("250", "250", "250", "354");
            AtomicReference<@Nullable Boolean> drained = new AtomicReference<>();
            Thread stopping = Thread.ofVirtual().start(() -> drained.set(server.stop(Duration.ofSeconds(20))));
            idle.expect("421 4.3.2 Service shutting down").expectEnd();
            busy.send("text\r\n.\r\n").expect("250 2.0.0", "421 4.3.2").expectEnd();
            stopping.join();
            assertThat(drained.get()).isTrue();
        }
        assertThat(receptionist.kept()).hasSize(1);
    }

    @Test
    void stopsInTheEnd() throws Exception {
        SmtpListener listener = listen(ListenerSettings.of(ANY_PORT));
        try (Client busy = new Client(listener).expect("220")) {
            busy.send("HELO x\r\nMAIL FROM:<a@x.example>\r\nRCPT TO:<b@example.net>\r\nDATA\r\n");
            busy.expect("250", "250", "250", "354");
            assertThat(server.stop(Duration.ofMillis(10))).isFalse();
            busy.expect("421 4.3.2").expectEnd();
        }
        assertThat(server.connections()).isZero();
    }

    @Test
    void readsProxyHeadersOfVersionOne() throws Exception {
        SmtpListener listener = listenBehindProxy("127.0.0.0/8");
        try (Client client = new Client(listener)) {
            client.send("PROXY TCP6 2001:db8::7 2001:db8::25 4000 25\r\nQUIT\r\n")
                    .expect("220", "221");
        }
        try (Client client = new Client(listener)) {
            client.send("PROXY UNKNOWN whatever\r\nQUIT\r\n").expect("220", "221");
        }
        try (Client client = new Client(listener)) {
            client.send("PROXY UNKNOWN " + "x".repeat(91) + "\r\nQUIT\r\n").expect("220", "221");
        }
        assertThat(receptionist.peers().get(0).remote())
                .isEqualTo(new InetSocketAddress(InetAddress.ofLiteral("2001:db8::7"), 4000));
        assertThat(receptionist.peers().get(0).local().getPort()).isEqualTo(25);
        assertThat(receptionist.peers().get(1).remote().getAddress()).isEqualTo(ANY_PORT.getAddress());
    }

    @Test
    @Requirement("C7")
    void readsProxyHeadersOfVersionTwo() throws Exception {
        SmtpListener listener = listenBehindProxy("127.0.0.1");
        try (Client client = new Client(listener)) {
            byte[] addresses = {(byte) 192, 0, 2, 7, (byte) 192, 0, 2, 25, 0x0f, (byte) 0xa0, 0, 25, 4, 0, 1, 0};
            client.send(versionTwo(0x21, 0x11, addresses)).send("QUIT\r\n").expect("220", "221");
        }
        try (Client client = new Client(listener)) {
            byte[] mapped = new byte[36];
            mapped[10] = mapped[11] = mapped[26] = mapped[27] = -1;
            mapped[12] = 10;
            mapped[15] = 1;
            client.send(versionTwo(0x21, 0x21, mapped)).send("QUIT\r\n").expect("220", "221");
        }
        try (Client client = new Client(listener)) {
            client.send(versionTwo(0x20, 0, new byte[0])).send("QUIT\r\n").expect("220", "221");
        }
        assertThat(receptionist.peers())
                .extracting(peer -> peer.remote().getAddress().getHostAddress())
                .containsExactly("192.0.2.7", "10.0.0.1", "127.0.0.1");
    }

    @Test
    @Requirement("C8")
    void refusesWhoIsNoProxyOfOurs() throws Exception {
        SmtpListener listener = listenBehindProxy("192.0.2.0/24");
        try (Client client = new Client(listener)) {
            client.expect("421 4.7.0").expectEnd();
        }
        assertThat(receptionist.peers()).isEmpty();
    }

    @Test
    @Requirement("C8")
    void refusesAProxyWithoutAHeader() throws Exception {
        SmtpListener listener = listenBehindProxy("127.0.0.1");
        String[] wrong = {
            "EHLO client.example\r\n",
            "PROXY TCP4 192.0.2.7 192.0.2.25 70000 25\r\n",
            "PROXY TCP4 2001:db8::1 192.0.2.25 7 25\r\n",
            "PROXY TCP9\r\n",
            "PROXY TCP4 " + "1".repeat(200),
            "PROXY UNKNOWN " + "x".repeat(93),
            "PROXY UNKNOWN " + "x".repeat(92) + "\r\n",
            "\r\n\r\n\0\r\nQUIT\n1\u0011\0\0"
        };
        for (String header : wrong) {
            try (Client client = new Client(listener)) {
                client.send(header).expect("421 4.7.0");
            }
        }
        assertThat(receptionist.peers()).isEmpty();
    }

    @Test
    @Requirement("G2")
    void countsTheClientsBehindAProxy() throws Exception {
        server.replace(new ConnectionLimits(10, 1, 2));
        SmtpListener listener = listenBehindProxy("127.0.0.1");
        try (Client one = new Client(listener);
                Client two = new Client(listener);
                Client three = new Client(listener);
                Client other = new Client(listener)) {
            one.send("PROXY TCP4 192.0.2.1 192.0.2.25 4000 25\r\n").expect("220");
            two.send("PROXY TCP4 192.0.2.1 192.0.2.25 4001 25\r\n")
                    .expect("421 4.7.0 Too many connections from 192.0.2.1");
            three.send("PROXY TCP4 192.0.2.2 192.0.2.25 4002 25\r\n").expect("220");
            other.send("PROXY TCP4 192.0.2.3 192.0.2.25 4003 25\r\n")
                    .expect("421 4.7.0 Too many connections from 192.0.2.0/24");
        }
        awaitConnections(0);
    }

    private static byte[] versionTwo(int command, int family, byte[] body) {
        byte[] signature = "\r\n\r\n\0\r\nQUIT\n".getBytes(StandardCharsets.US_ASCII);
        byte[] header = new byte[16 + body.length];
        System.arraycopy(signature, 0, header, 0, 12);
        header[12] = (byte) command;
        header[13] = (byte) family;
        header[15] = (byte) body.length;
        System.arraycopy(body, 0, header, 16, body.length);
        return header;
    }

    private void awaitConnections(int count) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (server.connections() != count) {
            assertThat(System.nanoTime()).isLessThan(end);
            LockSupport.parkNanos(1_000_000);
        }
    }
}
