package org.postrider.account;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

final class WaitingRoomTest {
    @Test
    void whoFindsNoPlaceDoesNotWait() {
        WaitingRoom full = new WaitingRoom(0);
        assertThat(full.await(Duration.ofDays(1))).isFalse();
        assertThat(full.await(Duration.ZERO)).isTrue();
    }

    @Test
    void aPlaceIsFreeAgainAfterwards() {
        WaitingRoom one = new WaitingRoom(1);
        assertThat(one.await(Duration.ofNanos(1))).isTrue();
        assertThat(one.await(Duration.ofNanos(1))).isTrue();
    }
}
