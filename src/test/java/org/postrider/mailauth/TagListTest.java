package org.postrider.mailauth;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.postrider.testing.Requirement;

@Requirement("RFC 6376 §3.2")
final class TagListTest {
    @Test
    void readsTagsInTheirOrderWithoutTheBlanksAround() {
        TagList list =
                TagList.parse(" v = 1;\r\n\ta=rsa-sha256 ; b=ab c\r\n d== ;").orElseThrow();
        assertThat(list.tags().keySet()).containsExactly("v", "a", "b");
        assertThat(list.value("a")).contains("rsa-sha256");
        assertThat(list.compact("b")).contains("abcd==");
    }

    @Test
    void aValueMayBeEmpty() {
        assertThat(TagList.parse("v=DKIM1; p=").orElseThrow().value("p")).contains("");
    }

    @Test
    void aListIsVoidWhereATagComesTwice() {
        assertThat(TagList.parse("a=1; b=2; a=3")).isEmpty();
    }

    @Test
    void aListIsVoidWherePartsAreNoTags() {
        assertThat(TagList.parse("")).isEmpty();
        assertThat(TagList.parse("a")).isEmpty();
        assertThat(TagList.parse("=1")).isEmpty();
        assertThat(TagList.parse("1a=1")).isEmpty();
        assertThat(TagList.parse("a=1;;b=2")).isEmpty();
    }

    @Test
    void boundsTheTags() {
        String tooMany = IntStream.rangeClosed(0, TagList.TAGS_MAX)
                .mapToObj(i -> "t" + i + "=1")
                .collect(Collectors.joining(";"));
        assertThat(TagList.parse(tooMany)).isEmpty();
    }
}
