package org.postrider.mailauth.spf;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.postrider.mail.Ascii;
import org.postrider.mailauth.AuthResult;

/**
 * A domain's policy (RFC 7208 §4.5, §4.6).
 *
 * @param directives in the order in which they are tried
 */
record SpfRecord(
        List<Directive> directives, Modifier.@Nullable Redirect redirect, Modifier.@Nullable Explanation explanation) {
    private static final String VERSION = "v=spf1";

    SpfRecord {
        directives = List.copyOf(directives);
    }

    /**
     * A mechanism and what its match means.
     *
     * @param text the mechanism as it was written
     */
    record Directive(AuthResult onMatch, Mechanism mechanism, String text) {}

    /** What became of a text. */
    sealed interface Reading {
        record Sound(SpfRecord policy) implements Reading {}

        /** It breaks the grammar, and is to be a permerror. */
        record Broken(String problem) implements Reading {}
    }

    /** Whether the text of a TXT record is meant as a policy: the version stands alone or before a space. */
    static boolean isMeant(String text) {
        return Ascii.hasAt(text, 0, VERSION)
                && (text.length() == VERSION.length() || text.charAt(VERSION.length()) == ' ');
    }

    /** Reads a text that {@link #isMeant}. Never throws. */
    static Reading parse(String text) {
        return new RecordParser().parse(text, VERSION.length());
    }
}
