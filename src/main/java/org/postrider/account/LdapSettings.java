package org.postrider.account;

import java.time.Duration;
import java.util.Optional;
import javax.net.ssl.SSLContext;

/**
 * A directory that knows users and their passwords.
 *
 * @param url {@code ldap://HOST:PORT} or {@code ldaps://HOST:PORT}
 * @param startTls whether TLS begins on an {@code ldap:} connection before anything is told
 * @param entry where a user's entry is
 * @param addressAttribute holds addresses that the user may send as; empty for none
 * @param timeout to connect, and for each answer
 * @param connections at once
 * @param tls whom to believe; empty: those that the Java runtime does
 */
public record LdapSettings(
        String url,
        boolean startTls,
        Entry entry,
        Optional<String> addressAttribute,
        Duration timeout,
        int connections,
        Optional<SSLContext> tls) {
    /** What stands for the user's name in a template or a filter. */
    public static final String USER = "{user}";

    public sealed interface Entry {
        /** @param dn such as <code>uid={user},ou=people,dc=example,dc=net</code>; the name is escaped (RFC 4514 §2.4) */
        record At(String dn) implements Entry {}

        /**
         * @param base below which is searched
         * @param filter such as <code>(mail={user})</code>; the name is escaped (RFC 4515 §3)
         * @param bindDn who searches; empty: anonymously
         */
        record FoundBy(String base, String filter, String bindDn, String bindPassword) implements Entry {
            @Override
            public String toString() {
                return "FoundBy[" + base + ", " + filter + ", " + bindDn + ", ***]";
            }
        }
    }
}
