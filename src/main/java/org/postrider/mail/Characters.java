package org.postrider.mail;

import java.util.function.IntPredicate;

/** Looks at each UTF-16 unit of a text with a plain loop: values are made for each message, and streams cost more than that. */
final class Characters {
    private Characters() {}

    static boolean all(String text, IntPredicate predicate) {
        for (int i = 0; i < text.length(); i++) {
            if (!predicate.test(text.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    static boolean any(String text, IntPredicate predicate) {
        return !all(text, predicate.negate());
    }

    static boolean isControl(int c) {
        return c < ' ' || c == 0x7f;
    }

    /** Whether a CR, a LF or a NUL is in it. */
    static boolean hasLineEnd(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\r' || c == '\n' || c == 0) {
                return true;
            }
        }
        return false;
    }

    static boolean hasControl(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (isControl(text.charAt(i))) {
                return true;
            }
        }
        return false;
    }
}
