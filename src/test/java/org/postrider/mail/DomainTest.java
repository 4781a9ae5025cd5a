package org.postrider.mail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postrider.testing.Requirement;

final class DomainTest {
    @Test
    @Requirement({"RFC 5321 §2.4", "C4"})
    void twoSpellingsOfOneDomainAreEqual() {
        assertThat(Domain.parse("OUR.Example.COM.")).contains(new Domain("our.example.com"));
    }

    @ParameterizedTest
    @Requirement({"RFC 5890 §2.3.2.1", "C5"})
    @CsvSource({
        "bücher.example, xn--bcher-kva.example",
        "BÜCHER.example, xn--bcher-kva.example",
        "straße.example, xn--strae-oqa.example",
        "παράδειγμα.δοκιμή, xn--hxajbheg2az3al.xn--jxalpdlp",
        "例え.テスト, xn--r8jz45g.xn--zckzah",
        "почта.рф, xn--80a1acny.xn--p1ai"
    })
    void writesInternationalizedLabelsAsALabels(String unicode, String ascii) {
        assertThat(Domain.parse(unicode)).contains(new Domain(ascii));
    }

    @Test
    @Requirement("C5")
    void aDecomposedSpellingIsTheSameDomain() {
        assertThat(Domain.parse("bu\u0308cher.example")).isEqualTo(Domain.parse("b\u00fccher.example"));
    }

    @ParameterizedTest
    @Requirement({"RFC 5892 §2", "C5"})
    @ValueSource(
            strings = {
                "ｏｕｒ.example",
                "our\uff0eexample",
                "our\u3002example",
                "o\u200bur.example",
                "½.example",
                "a\u0000b.example"
            })
    void refusesCompatibilityFormsAndInvisibleCharacters(String text) {
        assertThat(Domain.parse(text)).isEmpty();
    }

    @ParameterizedTest
    @Requirement("RFC 5321 §4.1.2")
    @ValueSource(
            strings = {
                "",
                ".",
                "a..b",
                "-a.example",
                "a-.example",
                "a b.example",
                "a@b",
                "exa mple",
                ".example",
                "a..",
                "a;b"
            })
    void refusesWhatIsNoDomain(String text) {
        assertThat(Domain.parse(text)).isEmpty();
    }

    @Test
    @Requirement({"RFC 5321 §4.5.3.1.2", "conf-21"})
    void takesDomainsOf255OctetsAndNoLonger() {
        String label = "a".repeat(63);
        String longest = label + "." + label + "." + label + "." + "a".repeat(63);
        assertThat(longest).hasSize(255);
        assertThat(Domain.parse(longest)).isPresent();
        assertThat(Domain.parse("a" + longest)).isEmpty();
        assertThat(Domain.parse("a".repeat(64) + ".example")).isEmpty();
    }

    @Test
    void cannotBeMadeFromAnythingElse() {
        assertThatThrownBy(() -> new Domain("Upper.example")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void liesWithinItselfAndWhatIsAboveIt() {
        Domain above = new Domain("example.net");
        assertThat(above.isWithin(above)).isTrue();
        assertThat(new Domain("mx.example.net").isWithin(above)).isTrue();
        assertThat(above.isWithin(new Domain("mx.example.net"))).isFalse();
        assertThat(new Domain("badexample.net").isWithin(above)).isFalse();
    }
}
