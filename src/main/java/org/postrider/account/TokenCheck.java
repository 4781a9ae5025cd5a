package org.postrider.account;

/** Judges bearer tokens. Thread: any; may block on the network. */
interface TokenCheck {
    Answer check(String token);

    /** What a token says. */
    sealed interface Answer {
        /** @param user as the token names it */
        record Names(String user) implements Answer {}

        /** @param why for the log; never told to the client */
        record Wrong(String why) implements Answer {}

        record Unavailable() implements Answer {}
    }
}
