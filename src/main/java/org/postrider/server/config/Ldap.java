package org.postrider.server.config;

import java.time.Duration;
import java.util.Optional;

/** {@code [auth.ldap]}. */
public record Ldap(
        @Key(meaning = "`ldaps://HOST` or `ldap://HOST`, with `:PORT` where it is another.")
        String url,

        @Key(fallback = "true", meaning = "On `ldap:`, whether TLS begins before anything is told. Off warns.")
        boolean startTls,

        @Key(meaning = "Where a user's entry is, such as `\"uid={user},ou=people,dc=example,dc=net\"`.")
        Optional<String> userDn,

        @Key(meaning = "Or: below which entry it is searched.")
        Optional<String> base,

        @Key(fallback = "\"(mail={user})\"", meaning = "By which filter.")
        String filter,

        @Key(meaning = "Who searches; none: anonymously.") Optional<String> bindDn,

        @Key(meaning = "The password of who searches; `file:` or `env:`.")
        Optional<Reference> bindPassword,

        @Key(fallback = "\"mail\"", meaning = "The attribute with addresses that a user may send as.")
        String addresses,

        @Key(fallback = "\"5s\"", meaning = "For a connection, and for each answer.")
        Duration timeout,

        @Key(fallback = "16", max = 1_000, meaning = "Connections at once.")
        int connections) {}
