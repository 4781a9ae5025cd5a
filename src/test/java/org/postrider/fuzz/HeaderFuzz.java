package org.postrider.fuzz;

import org.postrider.message.HeaderField;
import org.postrider.message.HeaderLimits;
import org.postrider.message.HeaderScanner;

/** The header section of a message, whole and octet by octet: both must come to the same. */
public final class HeaderFuzz {
    private HeaderFuzz() {}

    public static void fuzzerTestOneInput(byte[] input) {
        HeaderScanner whole = new HeaderScanner(HeaderLimits.DEFAULT, "mx.example.net");
        whole.write(input, 0, input.length);
        HeaderScanner parts = new HeaderScanner(HeaderLimits.DEFAULT, "mx.example.net");
        for (int i = 0; i < input.length && !parts.ended(); i++) {
            parts.write(input, i, 1);
        }
        if (!whole.ended()) {
            whole.end();
        }
        if (!parts.ended()) {
            parts.end();
        }
        for (HeaderField field : HeaderField.values()) {
            boolean same = whole.count(field) == parts.count(field)
                    && whole.value(field).equals(parts.value(field));
            if (!same) {
                throw new AssertionError(field + ": " + whole.value(field) + " and " + parts.value(field));
            }
        }
        if (whole.excess() != parts.excess() || whole.headless() != parts.headless()) {
            throw new AssertionError("the slices matter");
        }
    }
}
