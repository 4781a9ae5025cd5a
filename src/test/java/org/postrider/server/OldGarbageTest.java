package org.postrider.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.MemoryUsage;
import org.junit.jupiter.api.Test;

class OldGarbageTest {
    private static final long MIB = 1 << 20;

    private long used;
    private long alive;
    private long now = Long.MAX_VALUE - 5;
    private int collections;
    private final OldGarbage garbage =
            new OldGarbage(() -> usage(used), () -> usage(alive), () -> collections++, () -> now);

    private static MemoryUsage usage(long octets) {
        return new MemoryUsage(0, octets, octets, -1);
    }

    private void look(long usedNow, long aliveAfterwards) {
        used = usedNow;
        int before = collections;
        garbage.look();
        if (collections > before) {
            alive = aliveAfterwards;
        }
    }

    @Test
    void collectsOnceThereIsMuchGarbage() {
        now += OldGarbage.PAUSE.toNanos();
        look(32 * MIB, 0);
        assertThat(collections).isZero();
        look(33 * MIB, 26 * MIB);
        assertThat(collections).isOne();
        now += OldGarbage.PAUSE.toNanos();
        look(58 * MIB, 26 * MIB);
        assertThat(collections).isOne();
        look(59 * MIB, 26 * MIB);
        assertThat(collections).isEqualTo(2);
    }

    @Test
    void letsMoreLieWhereMoreIsAlive() {
        now += OldGarbage.PAUSE.toNanos();
        alive = 200 * MIB;
        look(300 * MIB, 200 * MIB);
        assertThat(collections).isZero();
        look(301 * MIB, 200 * MIB);
        assertThat(collections).isOne();
    }

    @Test
    void doesNotCollectAgainAndAgain() {
        look(90 * MIB, 10 * MIB);
        assertThat(collections).as("just begun").isZero();
        now += OldGarbage.PAUSE.toNanos();
        look(90 * MIB, 10 * MIB);
        now += OldGarbage.PAUSE.toNanos() - 1;
        look(90 * MIB, 10 * MIB);
        assertThat(collections).isOne();
        now += 1;
        look(90 * MIB, 10 * MIB);
        assertThat(collections).isEqualTo(2);
    }

    @Test
    void findsThePoolOfThisMachineOrNone() {
        OldGarbage.ofThisMachine().look();
    }
}
