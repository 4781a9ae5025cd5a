package org.postrider.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.postrider.endtoend.CollectingSink;
import org.postrider.endtoend.Dialogue;
import org.postrider.endtoend.Letters;
import org.postrider.endtoend.PostriderUnderTest;
import org.postrider.endtoend.Wire;
import org.postrider.server.crash.SinkServer;
import org.postrider.testing.Requirement;

/** From us to each of them: what lies in their mailbox is what our client sent. */
@EnabledIfSystemProperty(named = "interop", matches = "true")
@Timeout(150)
final class MailOutTest {
    private static final int RECIPIENTS = 60;
    private static final int REFUSED = 3;

    @TempDir
    private Path directory;

    @ParameterizedTest
    @EnumSource(PeerKind.class)
    @Requirement({"conf-30", "conf-41", "RFC 5321 §4.5.2", "RFC 6152 §3"})
    void everyShapeLiesInTheMailboxAsItWasSent(PeerKind kind) throws IOException, InterruptedException {
        Map<String, byte[]> shapes = Letters.shapes();
        try (CollectingSink sink = CollectingSink.start();
                Peer peer = kind.start(directory.resolve("peer"), sink.address());
                PostriderUnderTest server = postrider(peer.address(), sink.address());
                Dialogue client = new Dialogue(server.smtp())) {
            client.ehlo();
            for (byte[] content : shapes.values()) {
                client.deliver("alice@sender.test", content, "bob@" + Peer.DOMAIN);
            }
            for (Map.Entry<String, byte[]> shape : shapes.entrySet()) {
                byte[] stored = peer.awaitMail(1, text -> text.contains("Message-ID: <" + shape.getKey() + "@"))
                        .getFirst();
                assertThat(Wire.traceBefore(Wire.withLineFeeds(shape.getValue()), stored))
                        .as(shape.getKey())
                        .contains("by postrider.test", "by " + peer.host());
            }
            server.drain();
            assertThat(sink.count()).as("bounces").isZero();
        }
    }

    @ParameterizedTest
    @EnumSource(PeerKind.class)
    @Requirement({"conf-34", "RFC 3464 §2.3"})
    void refusedRecipientsComeBackAndTheOthersArrive(PeerKind kind) throws IOException, InterruptedException {
        String[] recipients = Stream.concat(
                        IntStream.range(0, REFUSED).mapToObj(i -> "refused-" + i + "@" + Peer.DOMAIN),
                        IntStream.range(REFUSED, RECIPIENTS).mapToObj(i -> "r" + i + "@" + Peer.DOMAIN))
                .toArray(String[]::new);
        try (CollectingSink sink = CollectingSink.start();
                Peer peer = kind.start(directory.resolve("peer"), sink.address());
                PostriderUnderTest server = postrider(peer.address(), sink.address());
                Dialogue client = new Dialogue(server.smtp())) {
            client.ehlo().deliver("alice@sender.test", Letters.letter("many"), recipients);
            List<byte[]> copies = peer.awaitMail(RECIPIENTS - REFUSED, text -> text.contains("Subject: many"));
            assertThat(copies).hasSize(RECIPIENTS - REFUSED);
            SinkServer.Received notice = sink.awaitOne();
            assertThat(notice.reversePath()).isEmpty();
            assertThat(notice.recipients()).containsExactly("alice@sender.test");
            String text = new String(notice.content(), StandardCharsets.ISO_8859_1);
            for (int i = 0; i < REFUSED; i++) {
                assertThat(text).containsIgnoringCase("Final-Recipient: rfc822; refused-" + i + "@" + Peer.DOMAIN);
            }
            assertThat(text)
                    .doesNotContain("Final-Recipient: rfc822; r" + REFUSED + "@")
                    .contains("Action: failed");
            server.drain();
        }
    }

    private PostriderUnderTest postrider(InetSocketAddress peer, InetSocketAddress sink)
            throws IOException, InterruptedException {
        return PostriderUnderTest.in(directory)
                .route("sender.test", sink)
                .route("*", peer)
                .start();
    }
}
