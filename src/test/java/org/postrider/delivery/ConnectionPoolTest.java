package org.postrider.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.postrider.testing.FakePeer;
import org.postrider.testing.PoliteScript;

@Timeout(60)
final class ConnectionPoolTest {

    @Test
    void reusesAConnection() {
        PoliteScript polite = PoliteScript.offering("PIPELINING");
        try (FakePeer peer = FakePeer.playing(polite);
                Rig rig = Rig.by(peer)) {
            for (int i = 0; i < 5; i++) {
                assertThat(Rig.results(rig.deliver("a@example.net"))).containsExactly("Delivered 2.0.0");
            }
            assertThat(polite.messages()).hasSize(5);
            assertThat(peer.lines()).hasSize(1);
        }
    }

    @Test
    void changesTheConnectionAfterSoManyTransactions() {
        DeliverySettings.PoolLimits two =
                new DeliverySettings.PoolLimits(2, Duration.ofMinutes(1), Duration.ofMinutes(1), 10, 10);
        try (FakePeer peer = FakePeer.playing(PoliteScript.offering());
                Rig rig = Rig.by(peer)) {
            rig.deliverer.configure(RouteTable.EMPTY, Rig.to(peer).pool(two).made());
            for (int i = 0; i < 4; i++) {
                rig.deliver("a@example.net");
            }
            assertThat(peer.lines()).hasSize(2);
        }
    }

    @Test
    void endsIdleConnections() {
        DeliverySettings.PoolLimits brief =
                new DeliverySettings.PoolLimits(9, Duration.ofMinutes(1), Duration.ofMillis(50), 10, 10);
        try (FakePeer peer = FakePeer.playing(PoliteScript.offering());
                Rig rig = new Rig(RouteTable.EMPTY, Rig.to(peer).pool(brief))) {
            rig.dns.address("example.net", "127.0.0.1");
            rig.deliver("a@example.net");

            assertThat(peer.ended(0).heard()).endsWith("QUIT");
        }
    }

    @Test
    void dialsAnewWhereAPooledConnectionBreaksBeforeMailIsAnswered() {
        FakePeer.Script takesOneAndDropsTheNext = line -> {
            line.say("220 peer.example");
            line.hear();
            line.say("250 peer.example");
            line.hear();
            line.say("250 ok");
            line.hear();
            line.say("250 ok");
            line.hear();
            line.say("354 go");
            line.hearContent();
            line.say("250 taken");
            line.hear();
            line.reset();
        };
        try (FakePeer peer = FakePeer.playing(takesOneAndDropsTheNext, PoliteScript.offering());
                Rig rig = Rig.by(peer)) {
            assertThat(Rig.results(rig.deliver("a@example.net"))).containsExactly("Delivered 2.0.0");
            assertThat(Rig.results(rig.deliver("a@example.net"))).containsExactly("Delivered 2.0.0");
            assertThat(peer.lines()).hasSize(2);
        }
    }
}
