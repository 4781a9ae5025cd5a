package org.postrider.smtp.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.postrider.testing.Requirement;

class ClientSettingsTest {

    @Test
    @Requirement({"conf-24", "RFC 5321 §4.5.3.2"})
    void waitsAsLongAsTheRfcAsks() {
        ClientSettings usual = ClientSettings.DEFAULT;
        assertThat(usual.greeting()).isEqualTo(Duration.ofMinutes(5));
        assertThat(usual.mail()).isEqualTo(Duration.ofMinutes(5));
        assertThat(usual.rcpt()).isEqualTo(Duration.ofMinutes(5));
        assertThat(usual.dataInitiation()).isEqualTo(Duration.ofMinutes(2));
        assertThat(usual.dataBlock()).isEqualTo(Duration.ofMinutes(3));
        assertThat(usual.dataTermination()).isEqualTo(Duration.ofMinutes(10));
    }

    @Test
    void shortensOnlyWhatIsLonger() {
        ClientSettings shorter = ClientSettings.DEFAULT.within(Duration.ofMinutes(1));
        assertThat(shorter.connect()).isEqualTo(Duration.ofSeconds(30));
        assertThat(shorter.dataTermination()).isEqualTo(Duration.ofMinutes(1));
    }

    @Test
    void refusesAWaitOfNoTime() {
        assertThatThrownBy(() -> ClientSettings.DEFAULT.within(Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
