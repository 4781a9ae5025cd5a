package org.postrider.smtp.server;

import org.jspecify.annotations.Nullable;

/** Where a session is in the protocol (RFC 5321 §4.1.4). */
sealed interface State {
    /** No EHLO yet. */
    record Connected() implements State {}

    /** Greeted, and between two transactions. */
    record Ready(Greeted greeted) implements State {}

    /** After MAIL. */
    record Sending(Greeted greeted, Transaction transaction) implements State {}

    /** The greeting was a refusal that leaves the connection open: only QUIT is taken (RFC 5321 §3.1). */
    record TurnedAway() implements State {}

    /** How the client introduced itself, {@code null} where it has not. */
    default @Nullable Greeted greeting() {
        return switch (this) {
            case Connected _, TurnedAway _ -> null;
            case Ready(Greeted greeted) -> greeted;
            case Sending(Greeted greeted, Transaction _) -> greeted;
        };
    }
}
