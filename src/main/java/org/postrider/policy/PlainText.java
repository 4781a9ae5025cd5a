package org.postrider.policy;

/** A stranger's words in one of our replies: printable ASCII, and not many. */
final class PlainText {
    static final int CHARACTERS_MAX = 200;

    private PlainText() {}

    static String of(String text) {
        StringBuilder plain = new StringBuilder();
        for (int i = 0; i < text.length() && i < CHARACTERS_MAX; i++) {
            char c = text.charAt(i);
            plain.append(c >= ' ' && c < 0x7f ? c : '?');
        }
        return plain.toString().strip();
    }
}
