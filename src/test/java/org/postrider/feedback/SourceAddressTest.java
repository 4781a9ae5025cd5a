package org.postrider.feedback;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postrider.testing.Requirement;

class SourceAddressTest {
    @ParameterizedTest
    @CsvSource({
        "2001:db8:0:0:0:0:0:1, 2001:db8::1",
        "2001:0DB8::1,         2001:db8::1",
        "0:0:0:0:0:0:0:0,      ::",
        "0:0:0:0:0:0:0:1,      ::1",
        "1:0:0:2:0:0:0:3,      1:0:0:2::3",
        "1:0:0:2:3:0:0:4,      1::2:3:0:0:4",
        "1:0:2:3:4:5:6:7,      1:0:2:3:4:5:6:7",
        "1:2:3:4:5:6:0:0,      1:2:3:4:5:6::",
        "192.0.2.1,            192.0.2.1",
        "no address,           no address"
    })
    @Requirement("RFC 5952 §4")
    void hasOneShortText(String written, String text) {
        assertThat(SourceAddress.text(written)).isEqualTo(text);
    }
}
