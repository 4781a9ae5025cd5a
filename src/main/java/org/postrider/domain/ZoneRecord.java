package org.postrider.domain;

import java.util.List;
import java.util.stream.Collectors;
import org.postrider.mail.Domain;

/**
 * A record that we propose for a zone.
 *
 * @param type such as {@code TXT}
 * @param strings of a TXT record its character-strings, of 255 octets at most (RFC 1035 §3.3); of others one, their data
 * @param why for people, a sentence
 */
public record ZoneRecord(Need need, Domain name, String type, List<String> strings, String why) {
    /** How much it matters. */
    public enum Need {
        REQUIRED,
        RECOMMENDED,
        /** Only where its explanation fits. */
        OPTIONAL,
        /** To be taken out of the zone. */
        REMOVE
    }

    public ZoneRecord {
        strings = List.copyOf(strings);
    }

    static ZoneRecord txt(Need need, Domain name, String text, String why) {
        return new ZoneRecord(need, name, "TXT", List.of(text), why);
    }

    /** All of it in one piece, for a form of a web page that divides it itself. */
    public String value() {
        return String.join("", strings);
    }

    /** As a zone file has it (RFC 1035 §5.1), on one line. */
    public String data() {
        return type.equals("TXT") ? strings.stream().map(ZoneRecord::quoted).collect(Collectors.joining(" ")) : value();
    }

    private static String quoted(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }
}
