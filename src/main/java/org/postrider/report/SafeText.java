package org.postrider.report;

import java.util.ArrayList;
import java.util.List;

/** Makes words of unknown origin fit to be shown: printable ASCII, of bounded length, on lines of bounded width. */
final class SafeText {
    private SafeText() {}

    /** {@code text} with control characters as blanks and all beyond ASCII as question marks, cut with dots. */
    static String ascii(String text, int charsMax) {
        StringBuilder safe = new StringBuilder(Math.min(text.length(), charsMax) + 3);
        for (int i = 0; i < text.length(); i++) {
            if (safe.length() == charsMax) {
                return safe.append("...").toString();
            }
            char c = text.charAt(i);
            boolean control = c < ' ' || c == 0x7f;
            // One question mark for a pair of surrogates.
            if (!Character.isLowSurrogate(c)) {
                safe.append(control ? ' ' : c < 0x7f ? c : '?');
            }
        }
        return safe.toString();
    }

    /** {@code text} in lines of {@code width} characters, a longer word alone on its line. */
    static List<String> wrap(String text, int width) {
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder();
        for (String word : text.strip().split(" +", -1)) {
            if (!line.isEmpty() && line.length() + 1 + word.length() > width) {
                lines.add(line.toString());
                line.setLength(0);
            }
            line.append(line.isEmpty() ? "" : " ").append(word);
        }
        lines.add(line.toString());
        return lines;
    }
}
