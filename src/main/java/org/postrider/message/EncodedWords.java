package org.postrider.message;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** Encoded words: text beyond ASCII in a header field (RFC 2047 §2, B encoding, UTF-8). */
final class EncodedWords {
    private static final String PREFIX = "=?utf-8?B?";
    private static final String SUFFIX = "?=";

    /** RFC 2047 §2: an encoded word has at most 75 characters, and a line with one at most 76. */
    private static final int WORD_CHARS_MAX = 75;

    private EncodedWords() {}

    /** Whether {@code text} cannot stand as it is: it is not ASCII, or could be taken for an encoded word. */
    static boolean needed(String text) {
        return text.contains("=?") || text.chars().anyMatch(c -> c > 0x7e);
    }

    /**
     * The words that say {@code text} when blanks are put between them; no character is split between two (§5).
     *
     * @param indent how many characters stand on the line before the first one
     */
    static List<String> encode(String text, int indent) {
        List<String> words = new ArrayList<>();
        StringBuilder part = new StringBuilder();
        int octets = 0;
        int octetsMax = octetsMax(indent - 1);
        for (int i = 0; i < text.length(); ) {
            int codePoint = text.codePointAt(i);
            int width = width(codePoint);
            if (octets + width > octetsMax) {
                words.add(word(part));
                part.setLength(0);
                octets = 0;
                octetsMax = octetsMax(0);
            }
            part.appendCodePoint(codePoint);
            octets += width;
            i += Character.charCount(codePoint);
        }
        if (!part.isEmpty()) {
            words.add(word(part));
        }
        return words;
    }

    /** Base64 makes four characters of three octets; every word has room for one character of UTF-8. */
    private static int octetsMax(int taken) {
        return Math.max(4, (WORD_CHARS_MAX - taken - PREFIX.length() - SUFFIX.length()) / 4 * 3);
    }

    private static int width(int codePoint) {
        if (codePoint < 0x80) {
            return 1;
        }
        if (codePoint < 0x800) {
            return 2;
        }
        return codePoint < 0x10000 ? 3 : 4;
    }

    private static String word(StringBuilder part) {
        byte[] octets = part.toString().getBytes(StandardCharsets.UTF_8);
        return PREFIX + Base64.getEncoder().encodeToString(octets) + SUFFIX;
    }
}
