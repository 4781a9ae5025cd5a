package org.postrider.smtp;

/** The sizes that RFC 5321 §4.5.3.1 and its extensions fix for everybody; what we configure is beyond these. */
public final class WireLimits {
    /** A command line with its CRLF (RFC 5321 §4.5.3.1.4), before what extensions add to it. */
    public static final int COMMAND_LINE_OCTETS = 512;

    /** The longest command line that any extension asks for: AUTH with an initial response (RFC 4954 §4). */
    public static final int COMMAND_LINE_OCTETS_MAX = 12_288;

    /** A reply line with its CRLF (RFC 5321 §4.5.3.1.5). */
    public static final int REPLY_LINE_OCTETS = 512;

    /** A line of content with its CRLF, without the dot added for transparency (RFC 5321 §4.5.3.1.6). */
    public static final int TEXT_LINE_OCTETS = 1_000;

    /** Every server takes as many recipients in a transaction (RFC 5321 §4.5.3.1.8). */
    public static final int RECIPIENTS_GUARANTEED = 100;

    /** SIZE= has up to twenty digits (RFC 1870 §4). */
    public static final int SIZE_DIGITS_MAX = 20;

    private WireLimits() {}
}
