package org.postrider.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.postrider.endtoend.CollectingSink;
import org.postrider.endtoend.Dialogue;
import org.postrider.endtoend.Letters;
import org.postrider.endtoend.Wire;
import org.postrider.server.crash.SinkServer;

/** The peers alone, without us: what they do to a message by themselves must not be put down to us. */
@EnabledIfSystemProperty(named = "interop", matches = "true")
@Timeout(150)
final class PeersTest {
    @TempDir
    private Path directory;

    @ParameterizedTest
    @EnumSource(PeerKind.class)
    void eachPeerStoresAndRelaysWithoutChangingAByte(PeerKind kind) throws IOException, InterruptedException {
        Map<String, byte[]> shapes = Letters.shapes();
        try (CollectingSink sink = CollectingSink.start();
                Peer peer = kind.start(directory, sink.address());
                Dialogue client = new Dialogue(peer.address())) {
            client.ehlo();
            for (Map.Entry<String, byte[]> shape : shapes.entrySet()) {
                client.deliver("alice@sender.test", shape.getValue(), shape.getKey() + "@" + Peer.DOMAIN);
                client.deliver("alice@sender.test", shape.getValue(), shape.getKey() + "@elsewhere.test");
                client.say("NOOP", "250");
            }
            for (Map.Entry<String, byte[]> shape : shapes.entrySet()) {
                byte[] stored = peer.awaitMail(1, text -> text.contains("Message-ID: <" + shape.getKey() + "@"))
                        .getFirst();
                assertThat(Wire.traceBefore(Wire.withLineFeeds(shape.getValue()), stored))
                        .contains("Received:");
            }
            for (SinkServer.Received received : sink.await(shapes.size())) {
                String name = received.recipients().getFirst().replace("@elsewhere.test", "");
                assertThat(Wire.traceBefore(Letters.shape(name), received.content()))
                        .contains("Received:");
            }
        }
    }

    @ParameterizedTest
    @EnumSource(PeerKind.class)
    void eachPeerRefusesWhomItShould(PeerKind kind) throws IOException, InterruptedException {
        try (CollectingSink sink = CollectingSink.start();
                Peer peer = kind.start(directory, sink.address());
                Dialogue client = new Dialogue(peer.address())) {
            client.ehlo();
            client.say("MAIL FROM:<alice@sender.test>", "250");
            client.say("RCPT TO:<refused-0@" + Peer.DOMAIN + ">", "55");
            client.say("RCPT TO:<bob@" + Peer.DOMAIN + ">", "250");
        }
    }
}
