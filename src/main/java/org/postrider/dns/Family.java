package org.postrider.dns;

/** A kind of address: A records or AAAA records. */
public enum Family {
    IPV4,
    IPV6
}
