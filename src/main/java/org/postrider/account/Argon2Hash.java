package org.postrider.account;

import java.util.Base64;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A password as it is kept: Argon2id version 1.3, in the PHC string format, {@code $argon2id$v=19$m=…,t=…,p=…$salt$hash}.
 *
 * @param cost what it took to compute
 */
@SuppressWarnings("ArrayRecordComponent") // carries bytes, is never compared
public record Argon2Hash(Cost cost, byte[] salt, byte[] hash) {
    /** What stands before the string in the configuration. */
    public static final String PREFIX = "argon2id:";

    private static final Pattern FORM = Pattern.compile(
            "(?:argon2id:)?\\$argon2id\\$v=19\\$m=(?<memory>[1-9][0-9]{0,8}),t=(?<passes>[1-9][0-9]{0,8}),p=(?<lanes>[1-9][0-9]{0,2})"
                    + "\\$(?<salt>[A-Za-z0-9+/]{11,86})\\$(?<hash>[A-Za-z0-9+/]{22,86})");

    /**
     * @param memoryKib memory in KiB; at most {@value #MEMORY_KIB_MAX}, since each lane holds it
     * @param passes over the memory
     * @param parallelism of the algorithm; what is verified here takes them one after the other
     */
    public record Cost(int memoryKib, int passes, int parallelism) {
        public static final int MEMORY_KIB_MAX = 65_536;
        public static final int PASSES_MAX = 16;
        public static final int PARALLELISM_MAX = 16;

        /** What OWASP's Password Storage Cheat Sheet names first: 19 MiB, 2 passes. */
        public static final Cost DEFAULT = new Cost(19_456, 2, 1);

        public Cost {
            if (!isSound(memoryKib, passes, parallelism)) {
                throw new IllegalArgumentException("Argon2 with m=" + memoryKib + ",t=" + passes + ",p=" + parallelism);
            }
        }

        private static boolean isSound(int memoryKib, int passes, int parallelism) {
            return parallelism >= 1
                    && parallelism <= PARALLELISM_MAX
                    && passes >= 1
                    && passes <= PASSES_MAX
                    && memoryKib >= 8 * parallelism
                    && memoryKib <= MEMORY_KIB_MAX;
        }
    }

    /** Reads the PHC string, with or without {@value #PREFIX} before it; empty where it is none, or costs too much. */
    public static Optional<Argon2Hash> parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        int memory = Integer.parseInt(matcher.group("memory"));
        int passes = Integer.parseInt(matcher.group("passes"));
        int parallelism = Integer.parseInt(matcher.group("lanes"));
        if (!Cost.isSound(memory, passes, parallelism)) {
            return Optional.empty();
        }
        try {
            byte[] salt = Base64.getDecoder().decode(matcher.group("salt"));
            byte[] hash = Base64.getDecoder().decode(matcher.group("hash"));
            return Optional.of(new Argon2Hash(new Cost(memory, passes, parallelism), salt, hash));
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    /** The PHC string. */
    public String text() {
        Base64.Encoder base64 = Base64.getEncoder().withoutPadding();
        return "$argon2id$v=19$m=" + cost.memoryKib() + ",t=" + cost.passes() + ",p=" + cost.parallelism() + "$"
                + base64.encodeToString(salt) + "$" + base64.encodeToString(hash);
    }

    /** Never the hash: it must not come into a log by accident. */
    @Override
    public String toString() {
        return "***";
    }
}
