package org.postrider.fuzz;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Optional;
import org.postrider.message.MimeBodies;
import org.postrider.message.SevenBitConversion;
import org.postrider.message.SevenBitConversion.Plan;
import org.postrider.message.SevenBitConversion.Possible;

/**
 * The conversion of a message for a hop that takes 7-bit lines: an odd first octet says that the content is binary. What
 * comes out is of 7 bits and says the same, part by part; how the content came in slices is no matter, and nothing is
 * left to convert.
 */
public final class SevenBitFuzz {
    private static final int LINE_OCTETS_MAX = 998;

    private SevenBitFuzz() {}

    public static void fuzzerTestOneInput(byte[] input) throws IOException {
        if (input.length == 0) {
            return;
        }
        boolean binary = (input[0] & 1) != 0;
        byte[] content = Arrays.copyOfRange(input, 1, input.length);
        Plan plan = SevenBitConversion.plan(new ByteArrayInputStream(content), binary);
        Plan slow = SevenBitConversion.plan(MimeBodies.slowly(content), binary);
        check(plan.getClass() == slow.getClass(), "planned in slices: " + plan + " and " + slow);
        if (plan instanceof Possible(SevenBitConversion conversion)
                && slow instanceof Possible(SevenBitConversion slowly)) {
            byte[] converted = all(conversion.convert(new ByteArrayInputStream(content)));
            byte[] parts = all(slowly.convert(MimeBodies.slowly(content)));
            check(Arrays.equals(converted, parts), "the slices matter");
            check(conversion.octets(new ByteArrayInputStream(content)) == converted.length, "counted otherwise");
            check(content, converted, binary);
        }
    }

    private static void check(byte[] content, byte[] converted, boolean binary) throws IOException {
        for (byte b : converted) {
            check(b >= 0, "8 bits are left");
        }
        Optional<MimeBodies> before = MimeBodies.read(content);
        Optional<MimeBodies> after = MimeBodies.read(converted);
        check(before.isPresent() && after.isPresent(), "converted, and none can read it");
        check(before.get().bodies().equals(after.get().bodies()), "says something else");
        check(before.get().rest().equals(after.get().rest()), "has another structure");
        if (binary) {
            after.get().written().forEach(SevenBitFuzz::checkLines);
        }
        Plan again = SevenBitConversion.plan(new ByteArrayInputStream(converted), binary);
        check(
                again instanceof Possible(SevenBitConversion conversion)
                        && Arrays.equals(all(conversion.convert(new ByteArrayInputStream(converted))), converted),
                "converted twice it is another");
    }

    private static void checkLines(String body) {
        for (String line : body.split("\r\n", -1)) {
            boolean sound =
                    line.length() <= LINE_OCTETS_MAX && line.chars().allMatch(c -> c != 0 && c != '\r' && c != '\n');
            check(sound, "a line that is none: " + line);
        }
    }

    private static byte[] all(InputStream stream) throws IOException {
        try (stream) {
            return stream.readAllBytes();
        }
    }

    private static void check(boolean holds, String what) {
        if (!holds) {
            throw new AssertionError(what);
        }
    }
}
