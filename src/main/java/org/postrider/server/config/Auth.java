package org.postrider.server.config;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.postrider.account.FromHeader;

/** {@code [auth]}. */
public record Auth(
        @Key(
                fallback = "[]",
                meaning =
                        "The mechanisms that may be offered; none: all that every account can use. SCRAM needs a password"
                                + " that is `plain:`, has `scram` beside it or was set by `postrider user`, and no `[auth.ldap]`;"
                                + " OAUTHBEARER and XOAUTH2 need `[auth.oauth]`.")
        List<String> mechanisms,

        @Key(name = "scram-sha-1", fallback = "false", meaning = "Whether SCRAM-SHA-1 is among them, for old clients.")
        boolean scramSha1,

        @Key(
                fallback = "0",
                min = 0,
                max = 64,
                meaning = "Passwords that are hashed at once; 0: half of the processors. At a restart.")
        int lanes,

        @Key(fallback = "\"19 MiB\"", min = 1L << 16, meaning = "The memory of a hash that is made, at most 64 MiB.")
        Size argon2Memory,

        @Key(fallback = "2", max = 16, meaning = "Its passes over that memory.")
        int argon2Passes,

        @Key(
                fallback = "\"1m\"",
                min = 0,
                meaning = "How long a password that was right is known without hashing it again. At a restart.")
        Duration rememberFor,

        @Key(fallback = "\"15m\"", meaning = "How long a failure counts. At a restart.")
        Duration window,

        @Key(
                fallback = "20",
                meaning =
                        "Failures from one address, or one IPv6 /64, in that time; then 421 4.7.0, and nothing from there is"
                                + " judged.")
        int failuresPerAddress,

        @Key(
                fallback = "50",
                meaning = "Failures for one user, from addresses where that user has not logged in within 30 days.")
        int failuresPerUser,

        @Key(fallback = "\"250ms\"", meaning = "How long the answer to the first failure takes; it doubles with each.")
        Duration delay,

        @Key(fallback = "\"8s\"", meaning = "The longest.") Duration delayMax,

        @Key(
                fallback = "\"allow\"",
                meaning =
                        "A From field that names somebody whom its user may not send as: `allow`; `sender`: the message"
                                + " gets a Sender field with the user; `refuse`: 550 5.7.1.")
        FromHeader fromHeader,

        @Key(meaning = "A directory that knows users whom neither this file nor the state database has.")
        Optional<Ldap> ldap,

        @Key(meaning = "Whose bearer tokens are taken. Give `jwks`, `issuer` and `audience`, or `introspection`.")
        Optional<Oauth> oauth) {
    public Auth {
        mechanisms = List.copyOf(mechanisms);
    }
}
