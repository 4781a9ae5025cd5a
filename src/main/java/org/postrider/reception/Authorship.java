package org.postrider.reception;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.postrider.account.Accounts;
import org.postrider.account.FromHeader;
import org.postrider.account.Grants.Grant;
import org.postrider.mail.Mailbox;
import org.postrider.mail.MailboxGrammar;
import org.postrider.mail.Reply;
import org.postrider.message.AddressList;
import org.postrider.message.HeaderField;
import org.postrider.message.HeaderScanner;
import org.postrider.sasl.Login;

/**
 * Whether the authors that a message's From field names (RFC 5322 §3.6.2) are such as its user may send as.
 *
 * <p>Thread: confined to a session.
 */
final class Authorship {
    static final Reply NOT_OWNED = Reply.of(550, "5.7.1", "The From field names somebody whom you may not send as");
    static final Reply UNREADABLE = Reply.of(451, "4.3.0", "Accounts cannot be read now; try again later");

    private final @Nullable Accounts accounts;
    private final @Nullable Login login;

    /** @param login {@code null} where the client has not authenticated, and nothing is asked of it */
    Authorship(@Nullable Accounts accounts, @Nullable Login login) {
        this.accounts = accounts;
        this.login = login;
    }

    /** The refusal of a message with this header, {@code null} where it may go on. */
    @Nullable
    Reply refusal(HeaderScanner header) {
        if (rule() != FromHeader.REFUSE) {
            return null;
        }
        return switch (granted(header)) {
            case GRANTED -> null;
            case REFUSED -> NOT_OWNED;
            case UNKNOWN -> UNREADABLE;
        };
    }

    /** Who is to stand in a Sender field, where there must be one. */
    Optional<Mailbox> sender(HeaderScanner header) {
        Login user = login;
        if (user == null || rule() != FromHeader.SENDER || header.has(HeaderField.SENDER)) {
            return Optional.empty();
        }
        return granted(header) == Grant.REFUSED ? MailboxGrammar.mailbox(user.user()) : Optional.empty();
    }

    private FromHeader rule() {
        return accounts == null || login == null
                ? FromHeader.ALLOW
                : accounts.settings().fromHeader();
    }

    private Grant granted(HeaderScanner header) {
        if (accounts == null || login == null || !header.has(HeaderField.FROM)) {
            return Grant.GRANTED;
        }
        // Several From fields, or one that cannot be read to its end, are shown by each program in another way.
        Optional<List<Mailbox>> authors = header.count(HeaderField.FROM) > 1 || header.cut(HeaderField.FROM)
                ? Optional.empty()
                : authors(header.value(HeaderField.FROM).orElse(""));
        if (authors.isEmpty() || authors.get().isEmpty()) {
            return Grant.REFUSED;
        }
        for (Mailbox author : authors.get()) {
            Grant grant = accounts.grants().maySendAs(login.user(), author);
            if (grant != Grant.GRANTED) {
                return grant;
            }
        }
        return Grant.GRANTED;
    }

    /** The addresses that the field names; empty where it is no list of addresses that mail can be sent to. */
    static Optional<List<Mailbox>> authors(String value) {
        return AddressList.parse(value).flatMap(list -> {
            List<Mailbox> authors = list.entries().stream()
                    .flatMap(entry -> entry.mailbox().stream())
                    .toList();
            return authors.size() == list.entries().size() ? Optional.of(authors) : Optional.empty();
        });
    }
}
