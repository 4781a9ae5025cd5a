package org.postrider.smtp.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.postrider.smtp.client.Fixtures.PATIENT;
import static org.postrider.smtp.client.Fixtures.completed;
import static org.postrider.smtp.client.Fixtures.dial;
import static org.postrider.smtp.client.Fixtures.hastyAt;
import static org.postrider.smtp.client.Fixtures.message;
import static org.postrider.smtp.client.Fixtures.ready;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.postrider.mail.Reply;
import org.postrider.testing.FakePeer;
import org.postrider.testing.PoliteScript;
import org.postrider.testing.Requirement;

/** How connections come about, are kept, and end. */
@Timeout(30)
class SmtpConnectionTest {
    private static final List<FakePeer.Script> LEAVINGS =
            List.of(FakePeer.Line::halfClose, FakePeer.Line::reset, line -> line.say("421 4.4.2 Idle for too long"));

    @Test
    void greetsAndTakesLeave() {
        try (FakePeer peer = FakePeer.playing(PoliteScript.offering("SIZE 5", "PIPELINING"))) {
            try (SmtpConnection connection = ready(peer)) {
                assertThat(connection.capabilities().octetsMax()).hasValue(5);
                assertThat(connection.idle()).isLessThan(Duration.ofMinutes(1));
            }
            assertThat(peer.ended(0).heard()).containsExactly("EHLO client.example", "QUIT");
        }
    }

    @Test
    @Requirement("RFC 5321 §3.2")
    void fallsBackToHelo() {
        PoliteScript polite = PoliteScript.offering("PIPELINING").answering("EHLO", "502 5.5.1 What?");
        try (FakePeer peer = FakePeer.playing(polite);
                SmtpConnection connection = ready(peer)) {
            assertThat(connection.capabilities()).isEqualTo(Capabilities.NONE);
            completed(connection.send(message("bob@p.example")));
            assertThat(peer.lines().getFirst().heard()).startsWith("EHLO client.example", "HELO client.example");
        }
    }

    @Test
    @Requirement("RFC 2033 §4.1")
    void hasNoOlderFormOfLhlo() {
        PoliteScript polite = PoliteScript.offering().lmtp().answering("LHLO", "500 5.5.1 What?");
        try (FakePeer peer = FakePeer.playing(polite)) {
            assertThat(SmtpConnection.open(dial(peer, Protocol.LMTP), PATIENT))
                    .isEqualTo(new Opening.Rejected(Reply.of(500, "5.5.1", "What?"), Stage.EHLO));
            assertThat(peer.ended(0).heard()).containsExactly("LHLO client.example", "QUIT");
        }
    }

    @Test
    @Requirement({"conf-101", "RFC 7504 §3", "RFC 5321 §3.1"})
    void hearsARefusalInTheGreeting() {
        for (int code : new int[] {421, 521, 554}) {
            PoliteScript polite = PoliteScript.offering().answering("connect", code + " No mail here");
            try (FakePeer peer = FakePeer.playing(polite)) {
                assertThat(SmtpConnection.open(dial(peer), PATIENT))
                        .isEqualTo(new Opening.Rejected(Reply.plain(code, "No mail here"), Stage.GREETING));
            }
        }
    }

    @Test
    void hearsARefusalOfEhlo() {
        PoliteScript polite = PoliteScript.offering().answering("EHLO", "450 4.7.1 Later");
        try (FakePeer peer = FakePeer.playing(polite)) {
            assertThat(SmtpConnection.open(dial(peer), PATIENT))
                    .isEqualTo(new Opening.Rejected(Reply.of(450, "4.7.1", "Later"), Stage.EHLO));
        }
    }

    @Test
    void tellsThatNobodyListens() {
        InetSocketAddress closed;
        try (FakePeer peer = FakePeer.playing(PoliteScript.offering())) {
            closed = peer.address();
        }
        Dial dial = new Dial(closed, "gone.example", null, "client.example", Protocol.SMTP, TlsRequirement.NONE);
        assertThat(SmtpConnection.open(dial, PATIENT)).isInstanceOfSatisfying(Opening.Failed.class, failed -> {
            assertThat(failed.failure()).isEqualTo(Failure.CONNECT);
            assertThat(failed.stage()).isEqualTo(Stage.CONNECT);
        });
    }

    @Test
    void dialsFromTheAddressItIsTold() throws Exception {
        try (FakePeer peer = FakePeer.playing(PoliteScript.offering())) {
            InetAddress source = InetAddress.getByAddress(new byte[] {127, 0, 0, 9});
            Dial dial = new Dial(
                    peer.address(), "peer.example", source, "client.example", Protocol.SMTP, TlsRequirement.NONE);
            try (SmtpConnection connection = ready(dial, PATIENT)) {
                assertThat(connection.dial().remote()).startsWith("peer.example [127.0.0.1]:");
                assertThat(peer.lines().getFirst().client().getAddress()).isEqualTo(source);
            }
        }
    }

    @Test
    void probesWhetherThePeerIsStillThere() {
        for (FakePeer.Script leaving : LEAVINGS) {
            CountDownLatch leave = new CountDownLatch(1);
            FakePeer.Script script = line -> {
                line.say("220 peer.example");
                line.hear();
                line.say("250 peer.example");
                awaitQuietly(leave);
                leaving.play(line);
                line.hearOut();
            };
            try (FakePeer peer = FakePeer.playing(script);
                    SmtpConnection connection = ready(peer)) {
                assertThat(connection.probe()).isTrue();
                assertThat(connection.probe()).isTrue();
                leave.countDown();
                // Over loopback it is there a moment later; the test's time-out ends the patience.
                while (connection.probe()) {
                    Thread.onSpinWait();
                }
                assertThat(connection.reusable()).isFalse();
                OutgoingMessage message = message("b@p.example");
                assertThatThrownBy(() -> connection.send(message)).isInstanceOf(IllegalStateException.class);
            }
        }
    }

    private static void awaitQuietly(CountDownLatch latch) throws IOException {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    @Test
    void remainsUsableAfterAProbe() {
        PoliteScript polite = PoliteScript.offering("PIPELINING");
        try (FakePeer peer = FakePeer.playing(polite);
                SmtpConnection connection = ready(peer)) {
            for (int i = 0; i < 3; i++) {
                assertThat(connection.probe()).isTrue();
                completed(connection.send(message("bob@p.example")));
            }
            assertThat(polite.messages()).hasSize(3);
        }
    }

    @Test
    void doesNotWaitLongForTheReplyToQuit() {
        FakePeer.Script script = line -> {
            line.say("220 peer.example");
            line.hear();
            line.say("250 peer.example");
            line.hearOut();
        };
        try (FakePeer peer = FakePeer.playing(script)) {
            ready(dial(peer), hastyAt(Stage.CONNECT)).close();
            peer.ended(0);
        }
    }

    @Test
    void endsWhereItsThreadIsInterrupted() throws Exception {
        CountDownLatch waiting = new CountDownLatch(1);
        FakePeer.Script script = line -> {
            line.say("220 peer.example");
            line.hear();
            waiting.countDown();
            line.hearOut();
        };
        try (FakePeer peer = FakePeer.playing(script)) {
            Opening[] opening = new Opening[1];
            Thread thread = Thread.ofVirtual().start(() -> opening[0] = SmtpConnection.open(dial(peer), PATIENT));
            waiting.await();
            thread.interrupt();
            thread.join();
            assertThat(opening[0])
                    .isInstanceOfSatisfying(
                            Opening.Failed.class,
                            failed -> assertThat(failed.failure()).isEqualTo(Failure.BROKEN));
        }
    }

    @Test
    @Requirement("conf-24")
    void doesNotDialForEver() throws Exception {
        // A full backlog drops the handshake's first segment, as a firewall would.
        try (ServerSocket deaf = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            InetSocketAddress address = new InetSocketAddress(deaf.getInetAddress(), deaf.getLocalPort());
            List<SocketChannel> queued = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                SocketChannel channel = SocketChannel.open();
                queued.add(channel);
                channel.configureBlocking(false);
                channel.connect(address);
            }
            Dial dial = new Dial(address, "deaf.example", null, "client.example", Protocol.SMTP, TlsRequirement.NONE);
            assertThat(SmtpConnection.open(dial, hastyAt(Stage.CONNECT)))
                    .isEqualTo(new Opening.Failed(Failure.TIMEOUT, Stage.CONNECT, "connection timed out"));
            for (SocketChannel channel : queued) {
                channel.close();
            }
        }
    }

    @Test
    void worksOnAVirtualThread() throws Exception {
        PoliteScript polite = PoliteScript.offering("PIPELINING");
        try (FakePeer peer = FakePeer.playing(polite)) {
            FutureTask<Integer> sending = new FutureTask<>(() -> {
                try (SmtpConnection connection = ready(peer)) {
                    while (connection.transactions() < 5 && connection.probe()) {
                        completed(connection.send(message("bob@p.example")));
                    }
                    return connection.transactions();
                }
            });
            Thread.ofVirtual().start(sending);
            assertThat(sending.get()).isEqualTo(5);
            assertThat(polite.messages()).hasSize(5);
        }
    }

    @Test
    void takesNoNameThatWouldLeaveTheEhloLine() {
        InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 25);
        for (String name : List.of("", "a b", "a\r\nMAIL FROM:<>", "j\u00f6rg.example")) {
            assertThatThrownBy(() -> new Dial(address, "x", null, name, Protocol.SMTP, TlsRequirement.NONE))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }
}
