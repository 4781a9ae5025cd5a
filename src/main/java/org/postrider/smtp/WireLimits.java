package org.postrider.smtp;

/** The sizes that RFC 5321 §4.5.3.1 and its extensions fix for everybody; what we configure is beyond these. */
public final class WireLimits {
    /** A command line with its CRLF (RFC 5321 §4.5.3.1.4), before what extensions add to it. */
    public static final int COMMAND_LINE_OCTETS = 512;

    /**
     * A MAIL or RCPT line with its CRLF. The extensions that we offer let MAIL grow by 26 octets (SIZE, RFC 1870 §3), 16
     * (BODY, RFC 3030 §3) and 10 (SMTPUTF8, RFC 6531 §3.1); DSN wants up to 100 octets of ENVID=, 28 of NOTIFY=, 500 of
     * ORCPT= and 8 of RET= taken (RFC 3461 §5.4). This holds all of them, and a long source route.
     */
    public static final int ENVELOPE_LINE_OCTETS = 2_048;

    /** An AUTH line, or a response of its exchange, with its CRLF (RFC 4954 §4). */
    public static final int AUTH_LINE_OCTETS = 12_288;

    /** The longest command line that any extension asks for. */
    public static final int COMMAND_LINE_OCTETS_MAX = AUTH_LINE_OCTETS;

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
