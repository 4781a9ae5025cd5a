package org.postrider.server.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Client and sink against each other, with no server between. */
@Timeout(20)
final class LoadClientTest {
    private final Ledger ledger = new Ledger();
    private final AtomicInteger kills = new AtomicInteger();
    private final KillSwitch killSwitch = new KillSwitch(KillSwitch.Moment.SINK_HAS_IT, 3, 0, kills::incrementAndGet);
    private final Correspondent correspondent = new Correspondent(ledger, new SplittableRandom(1), killSwitch);

    @Test
    void everythingArrivesIntactAndIsBooked() throws IOException {
        correspondent.beKind();
        SplittableRandom random = new SplittableRandom(2);
        try (SinkServer sink = SinkServer.start(0, correspondent);
                LoadClient client = new LoadClient(sink.address())) {
            for (int i = 0; i < 100; i++) {
                client.send(takenOnly("m" + i, random), ledger, killSwitch);
            }
        }
        Balance balance = ledger.close(Set.of());
        assertThat(balance.examples()).isEmpty();
        assertThat(balance.accepted()).isEqualTo(100);
        assertThat(balance.kept()).isTrue();
        assertThat(kills).hasValue(1);
    }

    @Test
    void aRefusedRecipientEndsTheMessageAndNotTheSession() throws IOException {
        correspondent.beKind();
        SplittableRandom random = new SplittableRandom(2);
        LoadMessage refused = LoadMessage.random("m0", random);
        while (!refused.recipients().stream().allMatch(to -> to.startsWith(LoadMessage.REFUSED))) {
            refused = LoadMessage.random("m0", random);
        }
        try (SinkServer sink = SinkServer.start(0, correspondent);
                LoadClient client = new LoadClient(sink.address())) {
            assertThat(client.send(refused, ledger, killSwitch)).isFalse();
            assertThat(client.send(takenOnly("m1", random), ledger, killSwitch)).isTrue();
        }
    }

    @Test
    void aHangUpIsAnUnansweredMessage() throws IOException {
        SinkServer.Manners rude = new SinkServer.Manners() {
            @Override
            public String ended(SinkServer.Received message) {
                return HANG_UP;
            }
        };
        try (SinkServer sink = SinkServer.start(0, rude);
                LoadClient client = new LoadClient(sink.address())) {
            LoadMessage message = takenOnly("m0", new SplittableRandom(2));
            assertThatThrownBy(() -> client.send(message, ledger, killSwitch)).isInstanceOf(IOException.class);
        }
        assertThat(ledger.close(Set.of()).unanswered()).isEqualTo(1);
    }

    private static LoadMessage takenOnly(String id, SplittableRandom random) {
        LoadMessage made = LoadMessage.random(id, random);
        while (made.recipients().stream().anyMatch(to -> to.startsWith(LoadMessage.REFUSED))) {
            made = LoadMessage.random(id, random);
        }
        return made;
    }
}
