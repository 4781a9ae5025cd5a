package org.postrider.filter;

/** What becomes of mail whose filter cannot be asked. */
public enum DefaultAction {
    /** 451: the client comes again. */
    TEMPFAIL,
    /** The mail goes on as if that filter were not there. */
    ACCEPT,
    /** 550. */
    REJECT,
    /** The mail is taken, and held in the queue until a person releases it. */
    QUARANTINE
}
