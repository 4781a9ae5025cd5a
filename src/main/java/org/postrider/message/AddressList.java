package org.postrider.message;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.postrider.mail.MailHost;
import org.postrider.mail.Mailbox;

/**
 * Whom a field such as From or To names (RFC 5322 §3.4, with the obsolete forms of §4.4, UTF-8 by RFC 6532 §3.2, and groups,
 * which RFC 6854 §2 lets From have too).
 *
 * @param entries the mailboxes in their order, those inside groups among them; none where there are but empty groups
 * @param groups how many groups there are
 */
public record AddressList(List<Entry> entries, int groups) {
    /** Of a value that is read; a longer one is no list. */
    public static final int CHARS_MAX = 100_000;

    /** Mailboxes in one list; what has more is no list. */
    public static final int ENTRIES_MAX = 5_000;

    public AddressList {
        entries = List.copyOf(entries);
    }

    /**
     * One mailbox of the list.
     *
     * @param displayName as it stands there, without its quotes and comments and with its encoded words; may be empty
     * @param localPart what it means, without quotes and backslashes
     * @param group the name of the group that it stands in, {@code null} outside of groups
     */
    public record Entry(
            String displayName,
            String localPart,
            MailHost host,
            @Nullable String group) {
        /** The address; empty where its local-part is longer than SMTP has room for (RFC 5321 §4.5.3.1.1). */
        public Optional<Mailbox> mailbox() {
            try {
                return Optional.of(new Mailbox(localPart, host));
            } catch (IllegalArgumentException e) {
                return Optional.empty();
            }
        }
    }

    /**
     * Reads the value of a field, folded or not, as text. Beyond the grammar it takes only what is often seen and cannot be
     * misread: {@code @} and brackets in a name before an address in angle brackets, and semicolons for commas.
     *
     * @return empty where it is no list of addresses: nothing in it is guessed
     */
    public static Optional<AddressList> parse(String value) {
        return value.length() > CHARS_MAX ? Optional.empty() : new AddressListGrammar(value).list();
    }
}
