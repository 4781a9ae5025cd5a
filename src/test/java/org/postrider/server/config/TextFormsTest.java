package org.postrider.server.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TextFormsTest {
    @ParameterizedTest
    @CsvSource({
        "500ms,PT0.5S",
        "30s,PT30S",
        "5m,PT5M",
        "4h,PT4H",
        "5d,P5D",
        "1h30m,PT1H30M",
        "1d2h3m4s5ms,P1DT2H3M4.005S"
    })
    void readsAndWritesDurations(String text, Duration duration) {
        assertThat(DurationText.parse(text)).contains(duration);
        assertThat(DurationText.text(duration)).isEqualTo(text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "5", "m", "5 m", "-5m", "5M", "30m1h", "1m1m", "5w", "99999999999d"})
    void refusesOtherDurations(String text) {
        assertThat(DurationText.parse(text)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "0 B,0",
        "512 KiB,524288",
        "50 MiB,52428800",
        "2GiB,2147483648",
        "1 kB,1000",
        "1 KB,1000",
        "3 TB,3000000000000"
    })
    void readsSizes(String text, long octets) {
        assertThat(Size.parse(text)).contains(new Size(octets));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "50", "MiB", "50 mib", "-1 B", "1.5 GiB", "999999999999999 TiB"})
    void refusesOtherSizes(String text) {
        assertThat(Size.parse(text)).isEmpty();
    }

    @Test
    void nothingIsTheShortestDuration() {
        assertThat(DurationText.text(Duration.ZERO)).isEqualTo("0s");
    }
}
