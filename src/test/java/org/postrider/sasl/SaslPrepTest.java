package org.postrider.sasl;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postrider.testing.Requirement;

@Requirement("RFC 4013 §3")
final class SaslPrepTest {
    @Test
    void preparesTheExamplesOfTheStandard() {
        assertThat(SaslPrep.prepare("I\u00adX")).contains("IX");
        assertThat(SaslPrep.prepare("user")).contains("user");
        assertThat(SaslPrep.prepare("USER")).contains("USER");
        assertThat(SaslPrep.prepare("\u00aa")).contains("a");
        assertThat(SaslPrep.prepare("\u2168")).contains("IX");
        assertThat(SaslPrep.prepare("\u0007")).isEmpty();
        assertThat(SaslPrep.prepare("\u06271")).isEmpty();
    }

    @Test
    void mapsSpacesAndComposes() {
        assertThat(SaslPrep.prepare("correct\u00a0horse\u3000battery")).contains("correct horse battery");
        assertThat(SaslPrep.prepare("Gru\u0308n")).contains("Gr\u00fcn");
        assertThat(SaslPrep.prepare("")).contains("");
    }

    @Test
    void letsLettersPassThatAreYoungerThanUnicode32() {
        assertThat(SaslPrep.prepare("\ud83e\udd8a fox")).contains("\ud83e\udd8a fox");
    }

    @Test
    void takesTextThatRunsFromRightToLeft() {
        assertThat(SaslPrep.prepare("\u06271\u0628")).contains("\u06271\u0628");
        assertThat(SaslPrep.prepare("\u0627a\u0628")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a\r\nRCPT TO:<v>",
                "a\u0000b",
                "a\u007f",
                "a\u0085b",
                "\u2028",
                "\ue000",
                "\ufffd",
                "\ufdd0",
                "\u202e",
                "\u2ff0",
                "\ud800",
                "\udbff\udfff",
                "\ud83f\udffe",
                "\udb40\udc01"
            })
    @Requirement({"D2", "H7"})
    void refusesWhatNoNameOrPasswordMayHold(String text) {
        assertThat(SaslPrep.prepare(text)).isEmpty();
    }
}
