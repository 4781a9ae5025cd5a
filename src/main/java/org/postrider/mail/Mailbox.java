package org.postrider.mail;

/**
 * An address: a local-part and where it lives.
 *
 * @param localPart the meaning of the local-part, without quotes and backslashes, in the case it was given (RFC 5321
 *     §2.4 keeps it); 0 to 64 octets of UTF-8. {@code "abc"@x} and {@code abc@x} are equal (RFC 5321 §4.1.2).
 */
public record Mailbox(String localPart, MailHost host) {
    public static final int LOCAL_PART_OCTETS_MAX = 64;

    public Mailbox {
        if (MailboxGrammar.octets(localPart) > LOCAL_PART_OCTETS_MAX) {
            throw new IllegalArgumentException("local-part of more than 64 octets");
        }
        if (Characters.hasControl(localPart)) {
            throw new IllegalArgumentException("control character in local-part");
        }
    }

    /** Whether the local-part needs SMTPUTF8 on the way (RFC 6531 §3.3); domains never do, being A-labels. */
    public boolean needsUtf8() {
        return Characters.any(localPart, c -> c > 0x7e);
    }

    /** The address in the shortest form that RFC 5321 §4.1.2 allows: quoted only where it must be, no angle brackets. */
    public String text() {
        return MailboxGrammar.localPartText(localPart) + "@" + host.text();
    }

    @Override
    public String toString() {
        return text();
    }
}
