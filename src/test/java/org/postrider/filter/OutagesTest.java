package org.postrider.filter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class OutagesTest {
    private static final InetSocketAddress MILTER = new InetSocketAddress(InetAddress.getLoopbackAddress(), 8_891);
    private static final InetSocketAddress OTHER = new InetSocketAddress(InetAddress.getLoopbackAddress(), 8_892);

    private long now;
    private final Outages outages = new Outages(() -> now);

    private boolean admits(InetSocketAddress address) {
        try {
            outages.admit(address);
            return true;
        } catch (FilterFailure e) {
            return false;
        }
    }

    @Test
    void whoIsDownIsTriedByOneSessionAfterEachPause() {
        assertThat(admits(MILTER)).isTrue();
        outages.failed(MILTER);
        outages.failed(MILTER);
        for (int seconds = 1; seconds <= 16; seconds *= 2) {
            now += Duration.ofSeconds(seconds).toNanos() - 1;
            assertThat(admits(MILTER)).as("before %d s", seconds).isFalse();
            now++;
            assertThat(admits(MILTER)).as("after %d s", seconds).isTrue();
            assertThat(admits(MILTER)).as("a second one").isFalse();
            outages.failed(MILTER);
        }
        for (int i = 0; i < 3; i++) {
            now += Outages.LONGEST.toNanos();
            assertThat(admits(MILTER)).isTrue();
        }
    }

    @Test
    void anOutageIsOverWithAConnectionAndConcernsNobodyElse() {
        outages.failed(MILTER);
        assertThatCode(() -> outages.admit(OTHER)).doesNotThrowAnyException();
        assertThatThrownBy(() -> outages.admit(MILTER)).isInstanceOf(FilterFailure.class);
        outages.connected(MILTER);
        assertThat(admits(MILTER)).isTrue();
    }
}
