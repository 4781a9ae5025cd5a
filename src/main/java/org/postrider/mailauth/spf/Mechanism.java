package org.postrider.mailauth.spf;

import org.jspecify.annotations.Nullable;
import org.postrider.mail.Network;

/** What a directive compares the client with (RFC 7208 §5). A {@code domain} of {@code null} is the record's own. */
sealed interface Mechanism {
    record All() implements Mechanism {}

    record Include(MacroString domain) implements Mechanism {}

    /** The domain's own addresses. */
    record Addresses(@Nullable MacroString domain, PrefixLengths lengths) implements Mechanism {}

    /** The addresses of its mail exchangers. */
    record Exchangers(@Nullable MacroString domain, PrefixLengths lengths) implements Mechanism {}

    /** Names that the client's address points to. */
    record Pointers(@Nullable MacroString domain) implements Mechanism {}

    /**
     * {@code ip4} and {@code ip6}.
     *
     * @param network {@code null} for a range of IPv4-mapped addresses, which no client has: it is taken for IPv4
     */
    record Range(@Nullable Network network) implements Mechanism {}

    record Exists(MacroString domain) implements Mechanism {}

    /** How many leading bits are compared: 0 to 32, and 0 to 128 (RFC 7208 §5.6). */
    record PrefixLengths(int four, int six) {
        static final PrefixLengths WHOLE = new PrefixLengths(32, 128);
    }
}
