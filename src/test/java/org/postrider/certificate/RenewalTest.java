package org.postrider.certificate;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

final class RenewalTest {
    private static final Instant NOW = Instant.parse("2026-03-01T00:00:00Z");

    @Test
    void isDueSometimeAfterTwoThirdsOfTheLife() {
        var certificate =
                SelfSigned.make(KeyType.EC, List.of("mx.example.net"), NOW).certificate();
        Instant from = certificate.getNotBefore().toInstant();
        Duration life = Duration.between(from, certificate.getNotAfter().toInstant());
        Instant early = Renewal.dueAt(certificate, 0);
        Instant late = Renewal.dueAt(certificate, 0.999);
        assertThat(early).isEqualTo(from.plus(life.minus(life.dividedBy(3))));
        assertThat(late).isAfter(early.plus(Duration.ofDays(20)));
        assertThat(late).isBefore(certificate.getNotAfter().toInstant().minus(Duration.ofDays(80)));
    }

    @Test
    void waitsLongerAfterEachFailureAndNeverLongerThanADayAndAQuarter() {
        Renewal renewal = Renewal.AT_ONCE;
        Duration last = Duration.ZERO;
        for (int i = 0; i < 20; i++) {
            renewal = renewal.failed(NOW, Instant.EPOCH, 0, "a");
            Duration pause = Duration.between(NOW, renewal.notBefore());
            assertThat(pause).isGreaterThanOrEqualTo(last).isBetween(Duration.ofMinutes(15), Duration.ofHours(24));
            last = pause;
        }
        assertThat(last).isEqualTo(Duration.ofHours(24));
        assertThat(Duration.between(
                        NOW, renewal.failed(NOW, Instant.EPOCH, 1, "a").notBefore()))
                .isEqualTo(Duration.ofHours(30));
    }

    @Test
    void waitsAsLongAsTheAuthorityWants() {
        Instant wanted = NOW.plus(Duration.ofDays(7));
        assertThat(Renewal.AT_ONCE.failed(NOW, wanted, 0.5, "a").notBefore()).isEqualTo(wanted);
    }

    @Test
    void othersSettingsMayBeTriedAtOnce() {
        Renewal failed = Renewal.AT_ONCE.failed(NOW, Instant.EPOCH, 0, "a");
        assertThat(failed.allows(NOW, "a")).isFalse();
        assertThat(failed.allows(NOW, "b")).isTrue();
        assertThat(failed.allows(NOW.plus(Duration.ofMinutes(15)), "a")).isTrue();
    }

    @Test
    void isReadAsItWasWritten() {
        Renewal failed = Renewal.AT_ONCE.failed(NOW, Instant.EPOCH, 0.3, "a");
        assertThat(Renewal.parse(failed.text())).isEqualTo(failed);
        assertThat(Renewal.parse("failures=many")).isEqualTo(Renewal.AT_ONCE);
        assertThat(Renewal.parse("\\u00")).isEqualTo(Renewal.AT_ONCE);
    }
}
