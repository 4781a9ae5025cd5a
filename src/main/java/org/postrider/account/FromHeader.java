package org.postrider.account;

/** What becomes of a message whose From field names somebody whom its user may not send as (RFC 6409 §6.1). */
public enum FromHeader {
    /** Nothing. */
    ALLOW,
    /** It gets a Sender field that names the user (RFC 6409 §8.1). */
    SENDER,
    /** 550 5.7.1. */
    REFUSE
}
