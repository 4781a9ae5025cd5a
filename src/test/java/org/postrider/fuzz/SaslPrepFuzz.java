package org.postrider.fuzz;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.postrider.sasl.SaslPrep;

/** Names and passwords brought to one form: what comes out is clean, and its own form. Printable ASCII stays as it is. */
public final class SaslPrepFuzz {
    private SaslPrepFuzz() {}

    public static void fuzzerTestOneInput(byte[] input) {
        check(new String(input, StandardCharsets.UTF_8));
        // Lone surrogates, too.
        check(new String(input, StandardCharsets.UTF_16BE));
    }

    private static void check(String text) {
        Optional<String> prepared = SaslPrep.prepare(text);
        if (text.chars().allMatch(c -> c >= ' ' && c < 0x7f) && !prepared.equals(Optional.of(text))) {
            throw new AssertionError("ASCII comes out as " + prepared);
        }
        prepared.ifPresent(form -> {
            if (form.codePoints().anyMatch(SaslPrepFuzz::isDirty)) {
                throw new AssertionError("let pass: " + form);
            }
            if (!SaslPrep.prepare(form).equals(prepared)) {
                throw new AssertionError(form + " comes again as " + SaslPrep.prepare(form));
            }
        });
    }

    private static boolean isDirty(int point) {
        return switch (Character.getType(point)) {
            case Character.CONTROL,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE,
                    Character.PRIVATE_USE -> true;
            case Character.SPACE_SEPARATOR -> point != ' ';
            default -> false;
        };
    }
}
