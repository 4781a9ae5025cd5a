package org.postrider.account;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.postrider.testing.Requirement;

@Requirement("H7")
final class LdapTextTest {
    @Test
    @Requirement("RFC 4515 §3")
    void aNameInAFilterStaysAName() {
        assertThat(LdapText.inFilter("alice@example.net")).isEqualTo("alice@example.net");
        assertThat(LdapText.inFilter("*)(uid=*")).isEqualTo("\\2a\\29\\28uid=\\2a");
        assertThat(LdapText.inFilter("a\\b\0c\r\n")).isEqualTo("a\\5cb\\00c\\0d\\0a");
        assertThat(LdapText.inFilter("Lu\u010di\u0107")).isEqualTo("Lu\\c4\\8di\\c4\\87");
    }

    @Test
    @Requirement("RFC 4514 §2.4")
    void aNameInADistinguishedNameStaysAName() {
        assertThat(LdapText.inName("alice")).isEqualTo("alice");
        assertThat(LdapText.inName("a,ou=admins")).isEqualTo("a\\,ou\\=admins");
        assertThat(LdapText.inName(" #a+b\"<>; ")).isEqualTo("\\ \\#a\\+b\\\"\\<\\>\\;\\ ");
        assertThat(LdapText.inName("a\0b")).isEqualTo("a\\00b");
    }
}
