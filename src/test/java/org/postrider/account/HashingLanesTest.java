package org.postrider.account;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.SecureRandom;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.postrider.testing.Requirement;

@Requirement("H1")
final class HashingLanesTest {
    @Test
    void warmingUpHoldsNobodyUpAndChangesNothing() {
        try (HashingLanes lanes = new HashingLanes(2)) {
            lanes.warmUp();
            Argon2Hash hash = lanes.run(() -> lanes.hashHere("sesame", World.CHEAP, new SecureRandom()))
                    .orElseThrow();
            Map<String, Boolean> right = Map.of("sesame", true, "guess", false);
            right.forEach((password, is) -> assertThat(
                            lanes.compare(hash, password).orElseThrow().same())
                    .isEqualTo(is));
        }
    }

    @Test
    void lanesThatAreClosedWarmUpNoLonger() {
        HashingLanes lanes = new HashingLanes(1);
        lanes.warmUp();
        lanes.close();
        assertThat(lanes.waiting()).isZero();
    }
}
