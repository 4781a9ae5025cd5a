package org.postrider.server.crash;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class CorrespondentTest {
    private final Ledger ledger = new Ledger();
    private final Correspondent correspondent = new Correspondent(
            ledger, new SplittableRandom(1), new KillSwitch(KillSwitch.Moment.ANY, Integer.MAX_VALUE, 0, () -> {}));

    @Test
    void aNoticeSettlesTheRecipientsThatItNames() {
        correspondent.beKind();
        SplittableRandom random = new SplittableRandom(2);
        LoadMessage message = LoadMessage.random("m1", random);
        while (message.recipients().size() != 2) {
            message = LoadMessage.random("m1", random);
        }
        ledger.offered(message);
        ledger.answered(message, Ledger.Answer.ACCEPTED);
        String notice =
                "Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; x\r\n\r\nFinal-Recipient: rfc822; "
                        + message.recipients().getFirst() + "\r\nAction: failed\r\n\r\nFinal-Recipient: rfc822;"
                        + message.recipients().getLast() + "\r\nAction: failed\r\n";
        assertThat(correspondent.ended(new SinkServer.Received(
                        "", List.of(message.reversePath()), notice.getBytes(StandardCharsets.US_ASCII))))
                .startsWith("250");
        assertThat(ledger.open()).isZero();
        assertThat(ledger.close(Set.of()).kept()).isTrue();
    }

    @Test
    void contentThatChangedIsNoted() {
        correspondent.beKind();
        LoadMessage message = LoadMessage.random("m1", new SplittableRandom(2));
        ledger.offered(message);
        ledger.answered(message, Ledger.Answer.ACCEPTED);
        byte[] changed = message.content().clone();
        changed[changed.length - 4] ^= 1;
        correspondent.ended(new SinkServer.Received(message.reversePath(), message.recipients(), changed));
        assertThat(ledger.close(Set.of()).damaged()).isPositive();
    }
}
