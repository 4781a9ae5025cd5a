package org.postrider.mail;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postrider.testing.Requirement;

class EnhancedStatusTest {
    @ParameterizedTest
    @ValueSource(strings = {"2.0.0", "4.7.1", "5.1.10", "5.999.999", "2.05.0"})
    @Requirement("RFC 3463 §2")
    void readsWhatIsAStatus(String text) {
        assertThat(EnhancedStatus.parse(text).orElseThrow().toString()).isEqualTo(text.replace(".05.", ".5."));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "2",
                "2.0",
                "2.0.0.0",
                "3.0.0",
                "1.1.1",
                "25.0.0",
                "5..1",
                "5.1.",
                ".1.1",
                "5.1000.1",
                "5.1.1000",
                "5.-1.0",
                "5.1.1 ",
                "5.1.x",
                "٥.1.1",
                "5.١.1"
            })
    @Requirement("RFC 3463 §2")
    void takesNothingElseForOne(String text) {
        assertThat(EnhancedStatus.parse(text)).isEmpty();
    }
}
