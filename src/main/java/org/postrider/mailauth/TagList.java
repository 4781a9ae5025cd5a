package org.postrider.mailauth;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A list of {@code tag=value} separated by semicolons (RFC 6376 §3.2), as DKIM signatures and keys, ARC fields and DMARC
 * records are written. Blanks around names and values are not part of them, folding white space included; blanks inside a
 * value are kept. Names are compared with regard to case, in the order in which they came.
 *
 * @param tags name to value, in the order of the text
 */
public record TagList(Map<String, String> tags) {
    /** Tags in one list. */
    public static final int TAGS_MAX = 100;

    public TagList {
        tags = Collections.unmodifiableMap(new LinkedHashMap<>(tags));
    }

    /**
     * Reads a list. Empty where a part has no {@code =}, a name is no name or comes twice (RFC 6376 §3.2: such a list is
     * void as a whole), or there are too many. One semicolon may end it.
     */
    public static Optional<TagList> parse(String text) {
        Map<String, String> tags = new LinkedHashMap<>();
        int at = 0;
        while (at <= text.length()) {
            int semicolon = text.indexOf(';', at);
            int end = semicolon < 0 ? text.length() : semicolon;
            String part = strip(text.substring(at, end));
            boolean last = end == text.length();
            if (!(part.isEmpty() && last && !tags.isEmpty()) && !add(part, tags)) {
                return Optional.empty();
            }
            at = end + 1;
        }
        return Optional.of(new TagList(tags));
    }

    private static boolean add(String part, Map<String, String> tags) {
        int equals = part.indexOf('=');
        if (equals < 0 || tags.size() == TAGS_MAX) {
            return false;
        }
        String name = strip(part.substring(0, equals));
        return isName(name) && tags.put(name, strip(part.substring(equals + 1))) == null;
    }

    /** {@code tag-name = ALPHA *ALNUMPUNC} (RFC 6376 §3.2). */
    private static boolean isName(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
            boolean later = (c >= '0' && c <= '9') || c == '_';
            if (!letter && !(later && i > 0)) {
                return false;
            }
        }
        return !text.isEmpty();
    }

    private static String strip(String text) {
        int from = 0;
        int to = text.length();
        while (from < to && isBlank(text.charAt(from))) {
            from++;
        }
        while (to > from && isBlank(text.charAt(to - 1))) {
            to--;
        }
        return text.substring(from, to);
    }

    private static boolean isBlank(char c) {
        return c == ' ' || c == '\t' || c == '\r' || c == '\n';
    }

    /** The tag's value, which may be the empty string; empty where there is no such tag. */
    public Optional<String> value(String name) {
        return Optional.ofNullable(tags.get(name));
    }

    /** The value without any blank, as base64 and lists of names want it (RFC 6376 §2.10, §3.5). */
    public Optional<String> compact(String name) {
        return value(name).map(text -> {
            StringBuilder compact = new StringBuilder(text.length());
            for (int i = 0; i < text.length(); i++) {
                char c = text.charAt(i);
                if (!isBlank(c)) {
                    compact.append(c);
                }
            }
            return compact.toString();
        });
    }
}
