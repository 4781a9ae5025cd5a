package org.postrider.mailauth;

import java.util.Arrays;

/**
 * Gathers the header section of a message whose octets come by in slices of any size, up to the empty line or to
 * {@link #OCTETS_MAX}. What was gathered too much, behind a line that is no field, belongs to the body.
 *
 * <p>Thread: confined.
 */
public final class HeaderCollector {
    /** Octets that are gathered; reception refuses larger sections. */
    public static final int OCTETS_MAX = 1 << 20;

    private static final int OCTETS_FIRST = 2_048;

    private byte[] octets = new byte[OCTETS_FIRST];
    private int length;
    private boolean lineIsEmpty = true;
    private boolean ended;

    /**
     * Takes what belongs to the section.
     *
     * @return how many octets it took: all of them until the section has ended
     */
    public int write(byte[] slice, int from, int count) {
        int at = from;
        int end = from + Math.min(count, OCTETS_MAX - length);
        while (at < end && !ended) {
            byte octet = slice[at++];
            if (octet == '\n') {
                ended = lineIsEmpty;
                lineIsEmpty = true;
            } else if (octet != '\r') {
                lineIsEmpty = false;
            }
        }
        int taken = at - from;
        keep(slice, from, taken);
        ended |= length == OCTETS_MAX;
        return taken;
    }

    private void keep(byte[] slice, int from, int count) {
        if (length + count > octets.length) {
            octets = Arrays.copyOf(octets, Math.min(OCTETS_MAX, Math.max(2 * octets.length, length + count)));
        }
        System.arraycopy(slice, from, octets, length, count);
        length += count;
    }

    /** Says that no more octets come. */
    public void end() {
        ended = true;
    }

    public boolean ended() {
        return ended;
    }

    /** All that was gathered; only the first {@link #length} octets count, and nobody may change them. */
    public byte[] octets() {
        return octets;
    }

    public int length() {
        return length;
    }

    /** The fields, once the section has ended. */
    public HeaderSection section() {
        return HeaderSection.of(octets, length);
    }

    /** Where in {@link #octets} the body begins: behind the empty line, or at a line that is no field. */
    public static int bodyFrom(HeaderSection section, byte[] octets, int length) {
        int at = section.fields().isEmpty()
                ? 0
                : afterLineEnd(octets, section.fields().getLast().to(), length);
        return afterLineEnd(octets, at, length);
    }

    /** Behind the line end at {@code from}; {@code from} itself where there is none. */
    public static int afterLineEnd(byte[] octets, int from, int length) {
        int at = from;
        if (at < length && octets[at] == '\r') {
            at++;
        }
        return at < length && octets[at] == '\n' ? at + 1 : from;
    }
}
