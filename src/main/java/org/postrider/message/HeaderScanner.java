package org.postrider.message;

import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Looks at the header section of a message as its octets pass by, in slices of any size, and keeps little: how often each
 * {@link HeaderField} occurs, the bounded value of its first occurrence, and whether a limit was passed. The body is not
 * looked at.
 *
 * <p>A line ends at LF, with or without CR before it: who counts Received fields must not see fewer of them than any other
 * reader would. The section ends at the empty line, or before the first line that can be no header field.
 *
 * <p>Thread: confined.
 */
public final class HeaderScanner {
    /** Of a field's value, unfolded; what is longer is cut. */
    public static final int VALUE_OCTETS_MAX = 2_048;

    /** A field's name and its value's beginning must be found in the first so many octets of its first line. */
    private static final int LINE_OCTETS_KEPT = 1_024;

    /** What the header section has too much of. */
    public enum Excess {
        NONE,
        FIELDS,
        FIELD_OCTETS,
        HEADER_OCTETS
    }

    private final HeaderLimits limits;
    private final byte[] ownBy;
    private final Map<HeaderField, Occurrences> seen = new EnumMap<>(HeaderField.class);

    private byte[] line = new byte[256];
    private int lineKept;
    private int lineOctets;

    private final byte[] value = new byte[VALUE_OCTETS_MAX];
    private int valueLength;
    private boolean valueCut;
    private @Nullable HeaderField open;
    private int fieldOctets;

    private int fields;
    private int headerOctets;
    private int ownReceived;
    private boolean eightBit;
    private boolean nonField;
    private boolean ended;
    private boolean anything;
    private Excess excess = Excess.NONE;

    private static final class Occurrences {
        private final String first;
        private final boolean cut;
        private int count = 1;

        Occurrences(String first, boolean cut) {
            this.first = first;
            this.cut = cut;
        }
    }

    /**
     * @param ownHost the name that our own Received fields give after "by"
     */
    public HeaderScanner(HeaderLimits limits, String ownHost) {
        this.limits = limits;
        this.ownBy = ("by " + ownHost.toLowerCase(Locale.ROOT)).getBytes(StandardCharsets.US_ASCII);
    }

    /** Takes the next octets; returns at once when the header section has ended. */
    public void write(byte[] bytes, int offset, int length) {
        int at = offset;
        int end = offset + length;
        anything |= length > 0;
        while (at < end && !ended) {
            int lineEnd = at;
            while (lineEnd < end && bytes[lineEnd] != '\n') {
                eightBit |= bytes[lineEnd] < 0;
                lineEnd++;
            }
            keep(bytes, at, lineEnd - at);
            if (lineEnd < end) {
                lineOctets++;
                endLine();
                lineEnd++;
            }
            at = lineEnd;
        }
    }

    /** Says that no more octets come: a last line without its end is still looked at. Harmless when called twice. */
    public void end() {
        if (!ended && lineOctets > 0) {
            endLine();
        }
        endSection();
    }

    private void keep(byte[] bytes, int from, int length) {
        int room = Math.min(length, LINE_OCTETS_KEPT - lineKept);
        if (room > 0) {
            if (lineKept + room > line.length) {
                byte[] larger = new byte[LINE_OCTETS_KEPT];
                System.arraycopy(line, 0, larger, 0, lineKept);
                line = larger;
            }
            System.arraycopy(bytes, from, line, lineKept, room);
            lineKept += room;
        }
        lineOctets += length;
        int folded = lineKept > 0 && isBlank(line[0]) ? fieldOctets : 0;
        if (headerOctets + lineOctets > limits.headerOctetsMax()) {
            exceed(Excess.HEADER_OCTETS);
        } else if (folded + lineOctets > limits.fieldOctetsMax()) {
            exceed(Excess.FIELD_OCTETS);
        }
    }

    private void exceed(Excess what) {
        excess = what;
        endSection();
    }

    private void endLine() {
        int kept = lineKept;
        if (kept > 0 && kept >= lineOctets - 1 && line[kept - 1] == '\r') {
            kept--;
        }
        if (ended) {
            return;
        }
        if (kept == 0) {
            headerOctets += lineOctets;
            endSection();
        } else if (isBlank(line[0]) && fields > 0) {
            addValue(0, kept);
            fieldOctets += lineOctets;
            headerOctets += lineOctets;
        } else {
            beginField(kept);
        }
        lineKept = 0;
        lineOctets = 0;
    }

    private void beginField(int kept) {
        int colon = 0;
        while (colon < kept && line[colon] > ' ' && line[colon] < 0x7f && line[colon] != ':') {
            colon++;
        }
        int nameLength = colon;
        // RFC 5322 §4.5: blanks before the colon are obsolete, and read.
        while (colon < kept && isBlank(line[colon])) {
            colon++;
        }
        if (nameLength == 0 || colon == kept || line[colon] != ':') {
            nonField = true;
            endSection();
            return;
        }
        closeField();
        if (++fields > limits.fieldsMax()) {
            exceed(Excess.FIELDS);
            return;
        }
        fieldOctets = lineOctets;
        headerOctets += lineOctets;
        open = HeaderField.of(line, 0, nameLength);
        addValue(colon + 1, kept);
    }

    /** Unfolding takes away the line end alone (RFC 5322 §2.2.3), so that the blank of the next line stays. */
    private void addValue(int from, int to) {
        if (open == null) {
            return;
        }
        int start = from;
        while (valueLength == 0 && start < to && isBlank(line[start])) {
            start++;
        }
        int taken = Math.min(to - start, VALUE_OCTETS_MAX - valueLength);
        // A line that is longer than what is kept of it loses its end, too.
        valueCut |= taken < to - start || lineOctets > LINE_OCTETS_KEPT;
        System.arraycopy(line, start, value, valueLength, taken);
        valueLength += taken;
    }

    private void closeField() {
        if (open == null) {
            return;
        }
        Occurrences earlier = seen.get(open);
        if (earlier == null) {
            seen.put(
                    open, new Occurrences(new String(value, 0, valueLength, StandardCharsets.UTF_8).strip(), valueCut));
        } else {
            earlier.count++;
        }
        if (open == HeaderField.RECEIVED && namesUs()) {
            ownReceived++;
        }
        open = null;
        valueLength = 0;
        valueCut = false;
    }

    /** Whether the Received field at hand was written by us: {@code by} and our name as whole words. */
    private boolean namesUs() {
        for (int at = 0; at + ownBy.length <= valueLength; at++) {
            if ((at == 0 || isBlank(value[at - 1])) && matchesOwnBy(at)) {
                int after = at + ownBy.length;
                if (after == valueLength || isBlank(value[after]) || value[after] == ';' || value[after] == '(') {
                    return true;
                }
            }
        }
        return false;
    }

    private boolean matchesOwnBy(int at) {
        for (int i = 0; i < ownBy.length; i++) {
            byte b = value[at + i];
            byte lower = b >= 'A' && b <= 'Z' ? (byte) (b + ('a' - 'A')) : b;
            if (lower != ownBy[i] && !(ownBy[i] == ' ' && b == '\t')) {
                return false;
            }
        }
        return true;
    }

    private void endSection() {
        if (!ended) {
            closeField();
            ended = true;
        }
    }

    private static boolean isBlank(byte b) {
        return b == ' ' || b == '\t';
    }

    /** How often the field occurs. */
    public int count(HeaderField field) {
        Occurrences occurrences = seen.get(field);
        return occurrences == null ? 0 : occurrences.count;
    }

    public boolean has(HeaderField field) {
        return count(field) > 0;
    }

    /** The first occurrence's value, unfolded and cut at {@link #VALUE_OCTETS_MAX}. */
    public Optional<String> value(HeaderField field) {
        Occurrences occurrences = seen.get(field);
        return occurrences == null ? Optional.empty() : Optional.of(occurrences.first);
    }

    /** Whether {@link #value} is but the beginning of the first occurrence's value. */
    public boolean cut(HeaderField field) {
        Occurrences occurrences = seen.get(field);
        return occurrences != null && occurrences.cut;
    }

    /** All fields seen. */
    public int fields() {
        return fields;
    }

    /** The octets of the header section, with the empty line where there is one. */
    public int headerOctets() {
        return headerOctets;
    }

    /** How many Received fields carry our own name. */
    public int ownReceived() {
        return ownReceived;
    }

    /** Whether an octet above 127 was seen in the header section. */
    public boolean eightBit() {
        return eightBit;
    }

    /**
     * Whether the content begins with something that is no header field, so that a field put before it needs an empty
     * line in between.
     */
    public boolean headless() {
        return anything && nonField && fields == 0;
    }

    /** Whether the section ended at a line that is no header field, not at an empty line. */
    public boolean nonField() {
        return nonField;
    }

    public boolean ended() {
        return ended;
    }

    public Excess excess() {
        return excess;
    }
}
