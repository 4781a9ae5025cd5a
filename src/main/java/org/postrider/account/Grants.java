package org.postrider.account;

import com.github.benmanes.caffeine.cache.Cache;
import java.util.List;
import java.util.Optional;
import org.postrider.mail.Mailbox;
import org.postrider.mail.MailboxGrammar;
import org.postrider.mail.ReversePath;
import org.postrider.state.StateException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * As whom a user may send (RFC 6409 §6.1): its own name where that is an address, what the account or the directory adds,
 * and sub-addresses of all those. The null reverse-path is everybody's: notices must have it (RFC 5321 §4.5.5).
 *
 * <p>Thread: any; may block on the state database.
 */
public final class Grants {
    private static final Logger LOG = LoggerFactory.getLogger(Grants.class);

    private final Users users;
    private final Cache<String, List<SendAs>> directoryAddresses;

    public enum Grant {
        GRANTED,
        /** 553 5.7.1. */
        REFUSED,
        /** The accounts cannot be read now: 451 4.3.0. */
        UNKNOWN
    }

    Grants(Users users, Cache<String, List<SendAs>> directoryAddresses) {
        this.users = users;
        this.directoryAddresses = directoryAddresses;
    }

    /** @param user of the login */
    public Grant maySendAs(String user, ReversePath path) {
        Mailbox wanted = path.mailbox();
        return wanted == null ? Grant.GRANTED : maySendAs(user, wanted);
    }

    /** The same of an address in a header, such as From. */
    public Grant maySendAs(String user, Mailbox wanted) {
        String key = User.key(user);
        Optional<Mailbox> own = MailboxGrammar.mailbox(key);
        if (own.isPresent() && new SendAs.Address(own.get()).allows(wanted)) {
            return Grant.GRANTED;
        }
        try {
            List<SendAs> added = users.find(key)
                    .map(User::sendAs)
                    .or(() -> Optional.ofNullable(directoryAddresses.getIfPresent(key)))
                    .orElse(List.of());
            return added.stream().anyMatch(one -> one.allows(wanted)) ? Grant.GRANTED : Grant.REFUSED;
        } catch (StateException e) {
            LOG.error("accounts cannot be read", e);
            return Grant.UNKNOWN;
        }
    }
}
