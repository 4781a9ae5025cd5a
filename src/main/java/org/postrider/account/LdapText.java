package org.postrider.account;

import java.nio.charset.StandardCharsets;
import javax.naming.ldap.Rdn;

/** Puts a name that a stranger chose into what a directory reads. */
final class LdapText {
    private LdapText() {}

    /** A value within a filter: RFC 4515 §3 escapes NUL, parentheses, asterisk and backslash; the rest of it stays itself. */
    static String inFilter(String value) {
        StringBuilder escaped = new StringBuilder(value.length() + 8);
        for (byte octet : value.getBytes(StandardCharsets.UTF_8)) {
            boolean plain = octet > 0x1f && octet < 0x7f && "()*\\".indexOf(octet) < 0;
            if (plain) {
                escaped.append((char) octet);
            } else {
                escaped.append(String.format("\\%02x", octet));
            }
        }
        return escaped.toString();
    }

    /** A value within a distinguished name (RFC 4514 §2.4). */
    static String inName(String value) {
        return Rdn.escapeValue(value).replace("\0", "\\00");
    }
}
