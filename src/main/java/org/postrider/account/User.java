package org.postrider.account;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.postrider.mail.Mailbox;
import org.postrider.mail.MailboxGrammar;
import org.postrider.sasl.SaslPrep;

/**
 * An account.
 *
 * @param name as it is kept; others are equal to it in any case
 * @param secret what proves it
 * @param sendAs beside its own name
 * @param fingerprints SHA-256 of certificates that prove it, too: 64 hexadecimal digits in lower case
 * @param quota what differs for it from the defaults; empty: nothing
 */
public record User(
        String name,
        UserSecret secret,
        boolean disabled,
        List<SendAs> sendAs,
        Set<String> fingerprints,
        Optional<QuotaLimits> quota) {
    public User {
        if (key(name).isEmpty()) {
            throw new IllegalArgumentException("not a name of a user");
        }
        sendAs = List.copyOf(sendAs);
        fingerprints = Set.copyOf(fingerprints);
    }

    /** What names are compared by: prepared (RFC 4013) and in lower case; empty for what cannot be a name. */
    public static String key(String name) {
        return SaslPrep.prepare(name).orElse("").toLowerCase(Locale.ROOT);
    }

    /** Its name as an address, where it is one. */
    Optional<Mailbox> address() {
        return MailboxGrammar.mailbox(name);
    }
}
