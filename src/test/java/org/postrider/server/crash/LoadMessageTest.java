package org.postrider.server.crash;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class LoadMessageTest {
    private final LoadMessage message = LoadMessage.random("m7", new SplittableRandom(3));

    @Test
    void isIntactAsItWasMade() {
        assertThat(LoadMessage.intact(message.content())).isTrue();
    }

    @Test
    void isIntactWithTraceFieldsBeforeIt() {
        byte[] trace =
                "Received: from x\r\n\tby y; Thu, 01 Jan 2026 00:00:00 +0000\r\n".getBytes(StandardCharsets.US_ASCII);
        byte[] arrived = new byte[trace.length + message.content().length];
        System.arraycopy(trace, 0, arrived, 0, trace.length);
        System.arraycopy(message.content(), 0, arrived, trace.length, message.content().length);
        assertThat(LoadMessage.intact(arrived)).isTrue();
    }

    @Test
    void isNotIntactWithOneOctetChangedOrLost() {
        byte[] changed = message.content().clone();
        changed[changed.length - 5] ^= 1;
        assertThat(LoadMessage.intact(changed)).isFalse();
        assertThat(LoadMessage.intact(Arrays.copyOf(message.content(), message.content().length - 1)))
                .isFalse();
        assertThat(LoadMessage.intact(new byte[0])).isFalse();
    }

    @Test
    void namesItselfInEachAddress() {
        assertThat(message.recipients())
                .allSatisfy(to -> assertThat(LoadMessage.idOf(to)).contains("m7"));
        assertThat(LoadMessage.idOf(message.reversePath())).contains("m7");
        assertThat(LoadMessage.idOf("postmaster")).isEmpty();
        assertThat(LoadMessage.idOf("")).isEmpty();
    }

    @Test
    void hasTheShapesThatFindFaults() {
        SplittableRandom random = new SplittableRandom(5);
        boolean large = false;
        boolean refused = false;
        boolean dotted = false;
        for (int i = 0; i < 500; i++) {
            LoadMessage made = LoadMessage.random("m" + i, random);
            large |= made.content().length > 256 * 1024;
            refused |= made.recipients().stream().anyMatch(to -> to.startsWith(LoadMessage.REFUSED));
            dotted |= new String(made.content(), StandardCharsets.US_ASCII).contains("\r\n.");
        }
        assertThat(large && refused && dotted).isTrue();
    }
}
