package org.postrider.smtp;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postrider.testing.Requirement;

@Requirement("RFC 3461 §4")
class XtextTest {
    @Test
    void decodesHexCharacters() {
        assertThat(Xtext.decode("a+2Bb+3Dc+20d")).contains("a+b=c d");
        assertThat(Xtext.decode("")).contains("");
    }

    @ParameterizedTest
    @Requirement("conf-85")
    @ValueSource(
            strings = {
                "+", "+2", "a+2", "+2b", "+G0", "a=b", "a b", "+00", "+0D", "+0A", "+7F", "+80", "\u00e9", "\u0000"
            })
    void refusesWhatIsMalformedOrHidesControls(String xtext) {
        assertThat(Xtext.decode(xtext)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "plain@example.net", "a+b=c d", "+++", "!~"})
    void decodesWhatItEncodes(String text) {
        assertThat(Xtext.decode(Xtext.encode(text))).contains(text);
    }

    @Test
    void encodesOctetsBeyondAsciiAsHex() {
        assertThat(Xtext.encode("\u00e9")).isEqualTo("+C3+A9");
    }

    @Test
    @Requirement("RFC 6533 §3")
    void readsEmbeddedUnicodeInUtf8Addresses() {
        assertThat(Utf8Address.decode("\\x{20AC}u@example.net")).contains("\u20acu@example.net");
        assertThat(Utf8Address.decode(Utf8Address.encode("\u00e9\ud83d\ude00+=\\@x")))
                .contains("\u00e9\ud83d\ude00+=\\@x");
        assertThat(Utf8Address.decode("\u00e9@x")).contains("\u00e9@x");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\\",
                "\\x",
                "\\x{",
                "\\x{}",
                "\\x{0A}",
                "\\x{D800}",
                "\\x{110000}",
                "\\x{zz}",
                "a+b",
                "a=b",
                "\u0085"
            })
    void refusesMalformedUtf8Addresses(String text) {
        assertThat(Utf8Address.decode(text)).isEmpty();
    }
}
