package org.postrider.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HtmlTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "<script>alert(1)</script>|&lt;script&gt;alert(1)&lt;/script&gt;",
                "\" onmouseover=\"x|&quot; onmouseover=&quot;x",
                "' onfocus='x|&#39; onfocus=&#39;x",
                "a & b|a &amp; b",
                "`x`|&#96;x&#96;",
                "grün|grün"
            })
    void makesTextOfWhateverItIs(String text, String escaped) {
        assertThat(Html.escape(text)).isEqualTo(escaped);
    }

    @ParameterizedTest
    @CsvSource({"\\u0000", "\\u0007", "\\u001b", "\\u007f", "\\u0085", "\\u202e", "\\u2066"})
    void replacesWhatCouldDeceive(String code) {
        char c = (char) Integer.parseInt(code.substring(2), 16);
        assertThat(Html.escape("a" + c + "b")).isEqualTo("a\uFFFDb");
    }
}
