package org.postrider.smtp.server;

import org.jspecify.annotations.Nullable;

/**
 * Measures the lines of a message and the fields of its header while they pass, in constant memory. The header ends at an
 * empty line, or at the first line that can be no field.
 */
final class ContentGauge {
    private final SessionLimits limits;
    private final boolean binary;
    private boolean header = true;
    private boolean lineBegun;
    private boolean folded;
    private boolean named;
    private long lineOctets;
    private long fieldOctets;
    private long headerOctets;
    private int fields;

    /** @param binary whether the body has no lines (RFC 3030 §3) */
    ContentGauge(SessionLimits limits, boolean binary) {
        this.limits = limits;
        this.binary = binary;
    }

    /** Octets of one line, none of them a line end. */
    @Nullable
    ContentFault part(byte[] octets, int from, int to) {
        if (from == to) {
            return null;
        }
        lineOctets += to - from;
        if (header) {
            return headerPart(octets, from, to);
        }
        return !binary && lineOctets > limits.textLineOctetsMax() ? ContentFault.LINE_TOO_LONG : null;
    }

    private @Nullable ContentFault headerPart(byte[] octets, int from, int to) {
        if (!lineBegun) {
            lineBegun = true;
            folded = fields > 0 && (octets[from] == ' ' || octets[from] == '\t');
            named = folded;
        }
        for (int i = from; i < to && !named; i++) {
            named = octets[i] == ':';
        }
        if (lineOctets > limits.textLineOctetsMax()) {
            return ContentFault.LINE_TOO_LONG;
        }
        long field = (folded ? fieldOctets : 0) + lineOctets;
        return named && field > limits.headerFieldOctetsMax() ? ContentFault.HEADER_TOO_LONG : null;
    }

    /** The end of a line. */
    @Nullable
    ContentFault lineEnd() {
        long octets = lineOctets + 2;
        lineOctets = 0;
        if (!header) {
            return null;
        }
        boolean field = lineBegun && named;
        lineBegun = false;
        named = false;
        if (!field) {
            header = false;
            return null;
        }
        headerOctets += octets;
        fieldOctets = folded ? fieldOctets + octets : octets;
        fields += folded ? 0 : 1;
        if (fields > limits.headerFieldsMax()) {
            return ContentFault.TOO_MANY_FIELDS;
        }
        boolean tooLong = headerOctets > limits.headerOctetsMax() || fieldOctets > limits.headerFieldOctetsMax();
        return tooLong ? ContentFault.HEADER_TOO_LONG : null;
    }
}
