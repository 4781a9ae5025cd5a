package org.postrider.reception;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.postrider.account.Accounts;
import org.postrider.account.FromHeader;
import org.postrider.account.Grants.Grant;
import org.postrider.mail.Mailbox;
import org.postrider.mail.MailboxGrammar;
import org.postrider.mail.Reply;
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

    private static final int COMMENT_DEPTH_MAX = 20;

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
        // Several From fields, or one that cannot be read, are shown by each program in another way.
        Optional<List<Mailbox>> authors = header.count(HeaderField.FROM) > 1
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

    /** The addresses of a mailbox list (RFC 5322 §3.4); empty where one of them is none. */
    static Optional<List<Mailbox>> authors(String value) {
        List<Mailbox> authors = new ArrayList<>();
        for (String address : addresses(value)) {
            Optional<Mailbox> author = MailboxGrammar.mailbox(address);
            if (author.isEmpty()) {
                return Optional.empty();
            }
            authors.add(author.get());
        }
        return Optional.of(authors);
    }

    /** What stands in angle brackets, or alone, in each part of the list; comments and names of people are left out. */
    private static List<String> addresses(String value) {
        List<String> addresses = new ArrayList<>();
        StringBuilder part = new StringBuilder();
        int comment = 0;
        boolean quoted = false;
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            boolean escaped = c == '\\' && i + 1 < value.length();
            if (comment > 0) {
                comment += c == '(' ? 1 : c == ')' ? -1 : 0;
            } else if (!quoted && c == '(' && comment < COMMENT_DEPTH_MAX) {
                comment++;
            } else if (!quoted && (c == ',' || c == ';')) {
                take(part, addresses);
            } else {
                quoted ^= c == '"';
                part.append(c);
                if (escaped) {
                    part.append(value.charAt(i + 1));
                }
            }
            i += escaped ? 1 : 0;
        }
        take(part, addresses);
        return addresses;
    }

    private static void take(StringBuilder part, List<String> addresses) {
        String text = part.toString().strip();
        part.setLength(0);
        int open = text.lastIndexOf('<');
        int close = text.lastIndexOf('>');
        String address =
                open >= 0 && close > open ? text.substring(open + 1, close).strip() : text;
        if (!address.isEmpty()) {
            addresses.add(address);
        }
    }
}
