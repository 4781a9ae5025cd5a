package org.postrider.mailauth.dkim;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.postrider.mailauth.HeaderSection;

/**
 * The octets that a signature is made over: header fields in their canonical form (RFC 6376 §3.4.1, §3.4.2, §3.7), each
 * with its line end, but for the last, which is the signature's own.
 *
 * <p>Thread: confined.
 */
public final class SignedHeader {
    private final Canonicalization form;
    private byte[] out = new byte[2_048];
    private int length;

    public SignedHeader(Canonicalization form) {
        this.form = form;
    }

    /**
     * Adds the fields that {@code h=} names: for each name the lowest of its fields that has not been taken yet, and nothing
     * where none is left (RFC 6376 §5.4.2).
     *
     * @param names in lower case
     * @param own the signature's field, which it never covers that way; null while it is being made
     */
    public void addNamed(HeaderSection header, List<String> names, HeaderSection.@Nullable Field own) {
        Map<String, List<HeaderSection.Field>> left = new HashMap<>();
        for (String name : names) {
            left.computeIfAbsent(name, _ -> new ArrayList<>());
        }
        for (HeaderSection.Field field : header.fields()) {
            List<HeaderSection.Field> same = left.get(field.name());
            if (same != null && field != own) {
                same.add(field);
            }
        }
        for (String name : names) {
            List<HeaderSection.Field> same = left.getOrDefault(name, List.of());
            if (!same.isEmpty()) {
                add(same.removeLast());
            }
        }
    }

    /** Adds one whole field and its line end. */
    public void add(HeaderSection.Field field) {
        write(field.octets(), field.from(), field.value(), field.to());
        out[length++] = '\r';
        out[length++] = '\n';
    }

    /** Adds the field of the signature itself, its {@code b=} emptied, and gives all. Nothing may be added afterwards. */
    public byte[] close(HeaderSection.Field signature) {
        byte[] octets = signature.octets();
        int[] value = valueOfB(octets, signature.value(), signature.to());
        int before = value[0] - signature.from();
        int after = signature.to() - value[1];
        byte[] unsigned = new byte[before + after];
        System.arraycopy(octets, signature.from(), unsigned, 0, before);
        System.arraycopy(octets, value[1], unsigned, before, after);
        write(unsigned, 0, signature.value() - signature.from(), unsigned.length);
        return Arrays.copyOf(out, length);
    }

    /** Where the value of the tag {@code b=} begins, blanks before it included, and where it ends. */
    private static int[] valueOfB(byte[] octets, int from, int to) {
        int at = from;
        while (at < to) {
            int end = at;
            while (end < to && octets[end] != ';') {
                end++;
            }
            int name = at;
            while (name < end && isBlank(octets[name])) {
                name++;
            }
            int equals = name + 1;
            while (equals < end && isBlank(octets[equals])) {
                equals++;
            }
            if (equals < end && octets[name] == 'b' && octets[equals] == '=') {
                return new int[] {equals + 1, end};
            }
            at = end + 1;
        }
        return new int[] {to, to};
    }

    /** Neither form is longer than the field; room for a line end is left. */
    private void write(byte[] octets, int from, int value, int to) {
        int most = length + to - from + 2;
        if (most > out.length) {
            out = Arrays.copyOf(out, Math.max(2 * out.length, most));
        }
        switch (form) {
            case SIMPLE -> {
                System.arraycopy(octets, from, out, length, to - from);
                length += to - from;
            }
            case RELAXED -> writeRelaxed(octets, from, value, to);
        }
    }

    private void writeRelaxed(byte[] octets, int from, int value, int to) {
        int nameEnd = value - 1;
        while (nameEnd > from && isBlank(octets[nameEnd - 1])) {
            nameEnd--;
        }
        byte[] relaxed = out;
        int end = length;
        for (int i = from; i < nameEnd; i++) {
            byte c = octets[i];
            relaxed[end++] = (byte) (c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
        }
        relaxed[end++] = ':';
        int begin = end;
        boolean blank = false;
        for (int i = value; i < to; i++) {
            byte c = octets[i];
            if (c == ' ' || c == '\t') {
                blank = true;
            } else if (!isFold(octets, i, to)) {
                if (blank && end > begin) {
                    relaxed[end++] = ' ';
                }
                relaxed[end++] = c;
                blank = false;
            }
        }
        length = end;
    }

    /** Whether this octet belongs to a line end within the field. */
    private static boolean isFold(byte[] octets, int at, int to) {
        return octets[at] == '\n' || (octets[at] == '\r' && at + 1 < to && octets[at + 1] == '\n');
    }

    private static boolean isBlank(byte octet) {
        return octet == ' ' || octet == '\t' || octet == '\r' || octet == '\n';
    }

    static String lower(String name) {
        return name.toLowerCase(Locale.ROOT);
    }
}
