package org.postrider.message;

/**
 * How much of a header section is taken before it is refused, however the message comes in.
 *
 * @param fieldsMax header fields
 * @param fieldOctetsMax octets of one field with its folded lines
 * @param headerOctetsMax octets of the whole section
 */
public record HeaderLimits(int fieldsMax, int fieldOctetsMax, int headerOctetsMax) {
    public static final HeaderLimits DEFAULT = new HeaderLimits(2_000, 100 << 10, 1 << 20);

    public HeaderLimits {
        if (fieldsMax <= 0 || fieldOctetsMax <= 0 || headerOctetsMax <= 0) {
            throw new IllegalArgumentException(
                    "header limits " + fieldsMax + ", " + fieldOctetsMax + ", " + headerOctetsMax);
        }
    }
}
