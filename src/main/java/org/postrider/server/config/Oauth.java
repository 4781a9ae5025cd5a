package org.postrider.server.config;

import java.time.Duration;
import java.util.Optional;

/** {@code [auth.oauth]}. */
public record Oauth(
        @Key(meaning = "Where the issuer's keys are (RFC 7517), `https:`.")
        Optional<String> jwks,

        @Key(meaning = "The issuer that a token must name.") Optional<String> issuer,

        @Key(meaning = "The audience that a token must be for.")
        Optional<String> audience,

        @Key(meaning = "Where a token is asked about (RFC 7662), `https:`.")
        Optional<String> introspection,

        @Key(meaning = "The name that we authenticate with there.")
        Optional<String> client,

        @Key(meaning = "Its secret; `file:` or `env:`.") Optional<Reference> secret,

        @Key(fallback = "\"email\"", meaning = "Which of the things that a token says is the user's name.")
        String userClaim,

        @Key(fallback = "\"5s\"", meaning = "For an answer.")
        Duration timeout) {}
