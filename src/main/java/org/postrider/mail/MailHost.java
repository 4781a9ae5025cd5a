package org.postrider.mail;

/** What stands right of the {@code @}: a {@link Domain} or an {@link AddressLiteral} (RFC 5321 §4.1.2). */
public sealed interface MailHost permits Domain, AddressLiteral {
    /** The form that goes on the wire: an A-label domain, or a literal with its brackets. */
    String text();
}
