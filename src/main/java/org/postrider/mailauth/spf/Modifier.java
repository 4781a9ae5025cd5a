package org.postrider.mailauth.spf;

/** What a record says beside its directives (RFC 7208 §6). */
sealed interface Modifier {
    /** Whose policy holds where no directive matches. */
    record Redirect(MacroString domain) implements Modifier {}

    /** Where the words to a {@code fail} are. */
    record Explanation(MacroString domain) implements Modifier {}

    /** To be ignored once its grammar was looked at (RFC 7208 §6). */
    record Unknown() implements Modifier {}
}
