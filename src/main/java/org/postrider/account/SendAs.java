package org.postrider.account;

import java.util.Locale;
import java.util.Optional;
import org.postrider.mail.Domain;
import org.postrider.mail.MailHost;
import org.postrider.mail.Mailbox;
import org.postrider.mail.MailboxGrammar;

/** What an account may send as, beside its own name. */
public sealed interface SendAs {
    /** Any address at all: a relay that answers for others. */
    record Anybody() implements SendAs {}

    record AnyOf(Domain domain) implements SendAs {}

    record Address(Mailbox mailbox) implements SendAs {}

    /** Reads {@code *}, {@code example.net} or {@code alice@example.net}. */
    static Optional<SendAs> parse(String text) {
        if (text.equals("*")) {
            return Optional.of(new Anybody());
        }
        return text.indexOf('@') >= 0
                ? MailboxGrammar.mailbox(text).map(Address::new)
                : Domain.parse(text).map(AnyOf::new);
    }

    default boolean allows(Mailbox wanted) {
        return switch (this) {
            case Anybody _ -> true;
            case AnyOf(Domain domain) -> wanted.host().equals(domain);
            case Address(Mailbox own) -> isSameBox(own, wanted);
        };
    }

    /** The same box in any case, with or without a sub-address: {@code alice+list@} is alice's (RFC 5233 §4). */
    private static boolean isSameBox(Mailbox own, Mailbox wanted) {
        MailHost host = own.host();
        String ownPart = own.localPart().toLowerCase(Locale.ROOT);
        String wantedPart = wanted.localPart().toLowerCase(Locale.ROOT);
        return host.equals(wanted.host()) && (wantedPart.equals(ownPart) || wantedPart.startsWith(ownPart + "+"));
    }
}
