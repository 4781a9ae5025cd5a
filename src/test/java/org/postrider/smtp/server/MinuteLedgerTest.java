package org.postrider.smtp.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.postrider.testing.Requirement;

class MinuteLedgerTest {
    private static final InetAddress ONE = InetAddress.ofLiteral("192.0.2.1");
    private static final InetAddress OTHER = InetAddress.ofLiteral("2001:db8::1");
    private static final long MINUTE = Duration.ofMinutes(1).toNanos();

    private final MinuteLedger ledger = new MinuteLedger();

    @Test
    @Requirement("RFC 5321 §7.8")
    void countsEachAddressByItself() {
        assertThat(List.of(ledger.count(ONE, 0), ledger.count(ONE, 1), ledger.count(OTHER, 2), ledger.count(ONE, 3)))
                .containsExactly(1, 2, 1, 3);
    }

    @Test
    void beginsAnewEachMinuteWhateverTheClockShows() {
        long now = Long.MAX_VALUE - 10;
        assertThat(ledger.count(ONE, now)).isEqualTo(1);
        assertThat(ledger.count(ONE, now + MINUTE - 1)).isEqualTo(2);
        assertThat(ledger.count(ONE, now + MINUTE)).isEqualTo(1);
    }

    @Test
    @Requirement("RFC 5321 §7.8")
    void holdsABoundedNumberOfAddresses() throws UnknownHostException {
        for (int i = 0; i < MinuteLedger.ADDRESSES_MAX; i++) {
            ledger.count(InetAddress.getByAddress(new byte[] {10, (byte) (i >> 16), (byte) (i >> 8), (byte) i}), 0);
        }
        assertThat(ledger.count(ONE, 1)).isZero();
        assertThat(ledger.count(InetAddress.ofLiteral("10.0.0.0"), 1)).isEqualTo(2);
        assertThat(ledger.count(ONE, MINUTE)).isEqualTo(1);
    }

    @Test
    void losesNoCommandOfManySessions() throws Exception {
        try (ExecutorService sessions = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                all.add(sessions.submit(() -> {
                    for (int command = 0; command < 1_000; command++) {
                        ledger.count(ONE, command);
                    }
                }));
            }
            for (Future<?> one : all) {
                one.get();
            }
        }
        assertThat(ledger.count(ONE, 0)).isEqualTo(20_001);
    }
}
