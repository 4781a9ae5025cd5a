package org.postrider.sasl;

import java.text.Normalizer;
import java.util.Optional;

/**
 * SASLprep (RFC 4013): brings user names and passwords to one form, so that the same words typed on different machines are
 * the same octets. Code points that Unicode 3.2 did not know are let pass, as RFC 3454 §7 has it for queries; for stored
 * strings, too, since a password with a newer letter would otherwise be none.
 */
public final class SaslPrep {
    /** RFC 3454 C.1.2: spaces that are not ASCII. */
    private static final int[] SPACES = {
        0x00a0, 0x00a0, 0x1680, 0x1680, 0x2000, 0x200b, 0x202f, 0x202f, 0x205f, 0x205f, 0x3000, 0x3000
    };

    /** RFC 3454 B.1: mapped to nothing. */
    private static final int[] NOTHING = {
        0x00ad, 0x00ad, 0x034f, 0x034f, 0x1806, 0x1806, 0x180b, 0x180d, 0x200b, 0x200d, 0x2060, 0x2060, 0xfe00, 0xfe0f,
        0xfeff, 0xfeff
    };

    /** RFC 3454 C.2.1, C.2.2, C.3 to C.9, by code point; those at the end of each plane are judged apart. */
    private static final int[] PROHIBITED = {
        0x0000, 0x001f, 0x007f, 0x009f, 0x0340, 0x0341, 0x06dd, 0x06dd, 0x070f, 0x070f, 0x180e, 0x180e, 0x200c, 0x200f,
        0x2028, 0x202e, 0x2060, 0x2063, 0x206a, 0x206f, 0x2ff0, 0x2ffb, 0xd800, 0xf8ff, 0xfdd0, 0xfdef, 0xfeff, 0xfeff,
        0xfff9, 0xffff, 0x1d173, 0x1d17a, 0xe0001, 0xe0001, 0xe0020, 0xe007f, 0xf0000, 0x10ffff
    };

    private SaslPrep() {}

    /** The prepared form; empty where the text holds what it must not, control characters first of all. */
    public static Optional<String> prepare(String text) {
        StringBuilder mapped = new StringBuilder(text.length());
        text.codePoints().forEach(point -> {
            if (isIn(SPACES, point)) {
                mapped.append(' ');
            } else if (!isIn(NOTHING, point)) {
                mapped.appendCodePoint(point);
            }
        });
        String normal = Normalizer.normalize(mapped, Normalizer.Form.NFKC);
        boolean allowed = normal.codePoints().noneMatch(SaslPrep::isProhibited);
        return allowed && isOneWay(normal) ? Optional.of(normal) : Optional.empty();
    }

    private static boolean isProhibited(int point) {
        return isIn(PROHIBITED, point) || isIn(SPACES, point) || (point & 0xfffe) == 0xfffe;
    }

    /** RFC 3454 §6: text with letters written from right to left has no others, and such a letter at both ends. */
    private static boolean isOneWay(String text) {
        if (text.codePoints().noneMatch(SaslPrep::isRightToLeft)) {
            return true;
        }
        return text.codePoints()
                        .noneMatch(
                                point -> Character.getDirectionality(point) == Character.DIRECTIONALITY_LEFT_TO_RIGHT)
                && isRightToLeft(text.codePointAt(0))
                && isRightToLeft(text.codePointBefore(text.length()));
    }

    private static boolean isRightToLeft(int point) {
        byte direction = Character.getDirectionality(point);
        return direction == Character.DIRECTIONALITY_RIGHT_TO_LEFT
                || direction == Character.DIRECTIONALITY_RIGHT_TO_LEFT_ARABIC;
    }

    private static boolean isIn(int[] ranges, int point) {
        for (int i = 0; i < ranges.length; i += 2) {
            if (point >= ranges[i] && point <= ranges[i + 1]) {
                return true;
            }
        }
        return false;
    }
}
