package org.postrider.report;

import java.util.Locale;

/** Why mail came back, in the words that the trade's bounce readers share. */
public enum BounceReason {
    /** The mailbox does not exist. */
    USERUNKNOWN,
    /** The domain or its host does not exist. */
    HOSTUNKNOWN,
    /** The mailbox is elsewhere now. */
    HASMOVED,
    /** The domain or host takes no mail at all. */
    NOTACCEPT,
    MAILBOXFULL,
    /** The mailbox exists and is switched off for now. */
    SUSPEND,
    /** Refused once the content was there, or by the recipient's own rules. */
    FILTERED,
    /** The message could not be delivered in time, or no host answered. */
    EXPIRED,
    /** The sender's address is refused. */
    REJECTED,
    /** The sending host is refused. */
    BLOCKED,
    /** The sending host or address has a bad name. */
    BADREPUTATION,
    /** SPF, DKIM or DMARC. */
    AUTHFAILURE,
    /** The sending host has no reverse name. */
    REQUIREPTR,
    POLICYVIOLATION,
    /** The message breaks the form that mail has. */
    NOTCOMPLIANTRFC,
    SPAMDETECTED,
    VIRUSDETECTED,
    CONTENTERROR,
    /** No authentication or encryption where it is wanted. */
    SECURITYERROR,
    NORELAYING,
    /** Larger than the host takes. */
    MESGTOOBIG,
    /** Larger than the recipient takes. */
    EXCEEDLIMIT,
    /** Too much at a time. */
    SPEEDING,
    TOOMANYCONN,
    NETWORKERROR,
    SYSTEMERROR,
    SYSTEMFULL,
    /** A program that was to take the mail failed. */
    MAILERERROR,
    SYNTAXERROR,
    /** It is not known why. */
    ONHOLD,
    /** It did not come back: it was delivered, relayed or expanded. */
    DELIVERED,
    /** Somebody is away; nothing came back. */
    VACATION,
    /** A complaint; nothing came back. */
    FEEDBACK;

    private final String word = name().toLowerCase(Locale.ROOT);

    public String word() {
        return word;
    }

    /** Whether it makes no sense ever to write to the address again. */
    boolean isHard() {
        return this == USERUNKNOWN || this == HOSTUNKNOWN || this == HASMOVED || this == NOTACCEPT;
    }
}
