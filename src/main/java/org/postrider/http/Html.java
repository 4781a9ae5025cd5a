package org.postrider.http;

/** Text for HTML: whatever it holds, it comes out as text. */
final class Html {
    private Html() {}

    /** For element content and for attribute values in either kind of quotes; control characters become U+FFFD. */
    static String escape(String text) {
        StringBuilder escaped = new StringBuilder(text.length() + 16);
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '&' -> escaped.append("&amp;");
                case '<' -> escaped.append("&lt;");
                case '>' -> escaped.append("&gt;");
                case '"' -> escaped.append("&quot;");
                case '\'' -> escaped.append("&#39;");
                case '`' -> escaped.append("&#96;");
                case '\n', '\t' -> escaped.append(c);
                case '\r' -> {}
                default -> escaped.append(isUnsafe(c) ? '\uFFFD' : c);
            }
        }
        return escaped.toString();
    }

    /** Controls, and the marks that turn the direction of text and so make it look like other text. */
    private static boolean isUnsafe(char c) {
        return c < ' ' || (c >= 0x7f && c < 0xa0) || (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
    }
}
