package org.postrider.report;

import org.postrider.mail.Domain;
import org.postrider.mail.Mailbox;

/**
 * How notices are written.
 *
 * @param host the Reporting-MTA
 * @param postmaster whom a notice names as its author and as help; gets the notices that could not be sent to anybody else
 * @param returnOctetsMax content of more octets comes back as its header alone, whatever RET asked for
 * @param headerOctetsMax how much of a header comes back
 */
public record DsnSettings(Domain host, Mailbox postmaster, long returnOctetsMax, int headerOctetsMax) {
    public static final long DEFAULT_RETURN_OCTETS_MAX = 102_400;
    public static final int DEFAULT_HEADER_OCTETS_MAX = 65_536;
    public static final DsnSettings DEFAULT = of(new Domain("localhost"));

    /** The defaults, with postmaster at {@code host}. */
    public static DsnSettings of(Domain host) {
        return new DsnSettings(
                host, new Mailbox("postmaster", host), DEFAULT_RETURN_OCTETS_MAX, DEFAULT_HEADER_OCTETS_MAX);
    }
}
