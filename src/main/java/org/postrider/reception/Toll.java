package org.postrider.reception;

import java.net.InetAddress;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;
import org.postrider.account.Accounts;
import org.postrider.account.Allowance;
import org.postrider.account.Quotas.Amount;
import org.postrider.account.Quotas.Answer;
import org.postrider.mail.Reply;
import org.postrider.sasl.Login;

/**
 * What a sender's quota says to a transaction. Mail beyond it is deferred or refused as configured, at the first command
 * that would be beyond; it is never taken and held back.
 *
 * <p>Thread: confined to a session.
 */
final class Toll {
    private final @Nullable Allowance allowance;

    /** @param login {@code null} for a client that has not authenticated */
    Toll(@Nullable Accounts accounts, @Nullable Login login, InetAddress client) {
        this.allowance = accounts == null ? null : accounts.allowance(login, client);
    }

    /** The answer to MAIL or RCPT, {@code null} where it is within; counts nothing. */
    @Nullable
    Reply ask(long recipients, long octets) {
        return allowance == null ? null : reply(allowance, allowance.ask(new Amount(1, recipients, octets)));
    }

    /** Counts a message that is about to be committed; the answer instead of that where it is beyond. */
    @Nullable
    Reply take(long recipients, long octets) {
        return allowance == null ? null : reply(allowance, allowance.take(new Amount(1, recipients, octets)));
    }

    private static @Nullable Reply reply(Allowance allowance, Answer answer) {
        return switch (answer) {
            case Answer.Within _ -> null;
            case Answer.Over(String what, Instant until) -> {
                String text = "Too much mail: the quota of " + what + " is used up until "
                        + until.truncatedTo(ChronoUnit.SECONDS);
                yield switch (allowance.action()) {
                    case DEFER -> Reply.of(450, "4.7.1", text);
                    case REFUSE -> Reply.of(550, "5.7.1", text);
                };
            }
        };
    }
}
