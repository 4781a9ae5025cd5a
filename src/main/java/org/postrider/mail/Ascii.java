package org.postrider.mail;

/**
 * Letter case as protocols know it: only the 26 letters of ASCII have one. What Unicode folds into them, such as the
 * dotless i and the long s, stays what it is, so that no other spelling of a keyword or a name passes for it.
 */
public final class Ascii {
    private Ascii() {}

    public static String upper(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) != upper(text.charAt(i))) {
                char[] all = text.toCharArray();
                for (int j = i; j < all.length; j++) {
                    all[j] = upper(all[j]);
                }
                return new String(all);
            }
        }
        return text;
    }

    public static String lower(String text) {
        StringBuilder lower = new StringBuilder(text.length());
        text.chars().forEach(c -> lower.append((char) (c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c)));
        return lower.toString();
    }

    public static boolean equalsIgnoreCase(String one, String other) {
        return one.length() == other.length() && hasAt(one, 0, other);
    }

    /** Whether {@code wanted} stands in {@code text} at index {@code from}, in any case. */
    public static boolean hasAt(String text, int from, String wanted) {
        if (from < 0 || text.length() - from < wanted.length()) {
            return false;
        }
        for (int i = 0; i < wanted.length(); i++) {
            if (upper(text.charAt(from + i)) != upper(wanted.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    private static char upper(char c) {
        return c >= 'a' && c <= 'z' ? (char) (c - 'a' + 'A') : c;
    }
}
