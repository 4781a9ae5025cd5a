package org.postrider.mailauth.spf;

/** A stranger's words, made harmless: printable ASCII, and not many. */
final class Plain {
    private Plain() {}

    static boolean isPrintable(String text) {
        return text.chars().allMatch(c -> c >= ' ' && c < 0x7f);
    }

    /** {@code text} with a question mark for each character that is not printable ASCII, cut where it is too long. */
    static String of(String text, int charactersMax) {
        String start = text.substring(0, Math.min(text.length(), charactersMax));
        if (isPrintable(start)) {
            return start;
        }
        StringBuilder plain = new StringBuilder(start.length());
        start.chars().forEach(c -> plain.append(c >= ' ' && c < 0x7f ? (char) c : '?'));
        return plain.toString();
    }
}
