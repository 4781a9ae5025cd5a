package org.postrider.smtp.client;

/** What a site's TLS policy demands of a connection before anything of a message is sent over it. */
public enum TlsRequirement {
    /** In clear. */
    NONE
}
