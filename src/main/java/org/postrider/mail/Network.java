package org.postrider.mail;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Optional;

/**
 * A range of addresses in CIDR notation (RFC 4632 §3.1, RFC 4291 §2.3), such as {@code 10.0.0.0/8} or {@code ::1/128}.
 * An IPv4-mapped IPv6 address is the IPv4 address it maps.
 *
 * @param prefix the first address of the range: all bits beyond {@code bits} are zero
 * @param bits 0 to 32, or to 128
 */
public record Network(InetAddress prefix, int bits) {
    private static final int FOUR_OCTETS = 4;
    private static final int MAPPED_BITS = 96;

    public Network {
        byte[] octets = prefix.getAddress();
        if (bits < 0 || bits > 8 * octets.length) {
            throw new IllegalArgumentException("a prefix of " + bits + " bits");
        }
        if (!Arrays.equals(octets, masked(octets, bits))) {
            throw new IllegalArgumentException("address bits beyond the prefix of " + bits + " bits");
        }
    }

    /**
     * Reads {@code 192.0.2.0/24}, {@code 2001:db8::/32}, or a single address without a slash. Bits beyond the prefix are
     * an error rather than ignored: they tell of a typing mistake. Never asks a resolver.
     */
    public static Optional<Network> parse(String text) {
        int slash = text.indexOf('/');
        String address = slash < 0 ? text : text.substring(0, slash);
        boolean literal = !address.isEmpty()
                && address.chars().allMatch(c -> Character.digit(c, 16) >= 0 || c == '.' || c == ':');
        if (!literal || address.indexOf('%') >= 0 || (address.indexOf(':') < 0 && !isDottedQuad(address))) {
            return Optional.empty();
        }
        try {
            InetAddress parsed = InetAddress.ofLiteral(address);
            int width = 8 * parsed.getAddress().length;
            int bits = slash < 0 ? width : Integer.parseInt(text, slash + 1, text.length(), 10);
            // Java reads ::ffff:192.0.2.0 as IPv4 already; its prefix length counts the 96 bits before it.
            boolean mapped = width == 8 * FOUR_OCTETS && address.indexOf(':') >= 0 && slash >= 0;
            return Optional.of(new Network(parsed, mapped ? bits - MAPPED_BITS : bits));
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    /** The network of {@code bits} bits that {@code address} lies in. */
    public static Network around(InetAddress address, int bits) {
        return new Network(addressOf(masked(plain(address), bits)), bits);
    }

    public boolean contains(InetAddress address) {
        byte[] octets = plain(address);
        byte[] own = prefix.getAddress();
        return octets.length == own.length && Arrays.equals(masked(octets, bits), own);
    }

    /** Whether all of it lies in {@code outer}. */
    public boolean isWithin(Network outer) {
        return bits >= outer.bits && outer.contains(prefix);
    }

    private static boolean isDottedQuad(String address) {
        String[] parts = address.split("\\.", -1);
        return parts.length == FOUR_OCTETS && Arrays.stream(parts).allMatch(part -> part.matches("[0-9]{1,3}"));
    }

    private static byte[] plain(InetAddress address) {
        byte[] octets = address.getAddress();
        if (octets.length == FOUR_OCTETS) {
            return octets;
        }
        boolean mapped = octets[10] == -1 && octets[11] == -1;
        for (int i = 0; i < 10; i++) {
            mapped &= octets[i] == 0;
        }
        return mapped ? Arrays.copyOfRange(octets, MAPPED_BITS / 8, octets.length) : octets;
    }

    private static byte[] masked(byte[] octets, int bits) {
        byte[] result = octets.clone();
        for (int i = 0; i < result.length; i++) {
            int kept = Math.clamp(bits - 8 * (long) i, 0, 8);
            result[i] &= (byte) (0xff << (8 - kept));
        }
        return result;
    }

    private static InetAddress addressOf(byte[] octets) {
        try {
            return InetAddress.getByAddress(octets);
        } catch (UnknownHostException impossible) {
            throw new AssertionError("an address of " + octets.length + " octets", impossible);
        }
    }

    /** CIDR notation. */
    @Override
    public String toString() {
        return prefix.getHostAddress() + "/" + bits;
    }
}
