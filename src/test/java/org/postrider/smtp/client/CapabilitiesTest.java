package org.postrider.smtp.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.postrider.testing.Requirement;

class CapabilitiesTest {

    @Test
    void readsWhatIsOfferedInAnyCase() {
        Capabilities offered = Capabilities.parse(
                List.of("pipelining", "8BitMime", "BINARYMIME", "CHUNKING", "SMTPUTF8", "DSN", "ENHANCEDSTATUSCODES"));
        assertThat(offered.pipelining()).isTrue();
        assertThat(offered.eightBitMime()).isTrue();
        assertThat(offered.binaryMime()).isTrue();
        assertThat(offered.chunking()).isTrue();
        assertThat(offered.smtpUtf8()).isTrue();
        assertThat(offered.dsn()).isTrue();
        assertThat(offered.enhancedStatusCodes()).isTrue();
        assertThat(offered.size()).isFalse();
    }

    @Test
    @Requirement({"conf-43", "RFC 1870 §4"})
    void takesSizeZeroOrNoneAsNoLimit() {
        assertThat(Capabilities.parse(List.of("SIZE")).octetsMax()).isEmpty();
        assertThat(Capabilities.parse(List.of("SIZE 0")).octetsMax()).isEmpty();
        assertThat(Capabilities.parse(List.of("SIZE 0")).size()).isTrue();
        assertThat(Capabilities.parse(List.of("SIZE 1000")).octetsMax()).isEqualTo(OptionalLong.of(1_000));
    }

    @Test
    void ignoresWhatIsMalformedOrUnknown() {
        Capabilities offered = Capabilities.parse(List.of(
                "",
                "SIZE -1",
                "SIZE x",
                "SIZE 99999999999999999999",
                "LIMITS RCPTMAX=0 MAILMAX=x =5 FOO=1 BAR",
                "AUTH PLAIN"));
        assertThat(offered.octetsMax()).isEmpty();
        assertThat(offered.recipientsMax()).isEmpty();
        assertThat(offered.mailMax()).isEmpty();
    }

    @Test
    @Requirement({"conf-106", "RFC 9422 §4"})
    void readsLimits() {
        Capabilities offered = Capabilities.parse(List.of("LIMITS MAILMAX=5 rcptmax=100 RCPTDOMAINMAX=1"));
        assertThat(offered.mailMax()).isEqualTo(OptionalInt.of(5));
        assertThat(offered.recipientsMax()).isEqualTo(OptionalInt.of(100));
        assertThat(offered.recipientDomainsMax()).isEqualTo(OptionalInt.of(1));
    }

    @Test
    void takesBinaryWithoutChunkingForNothing() {
        assertThat(Capabilities.parse(List.of("BINARYMIME")).binaryMime()).isFalse();
    }
}
