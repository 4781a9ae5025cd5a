package org.postrider.reception;

import java.net.InetAddress;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;
import org.postrider.account.Accounts;
import org.postrider.account.Allowance;
import org.postrider.account.Quotas;
import org.postrider.mail.Reply;
import org.postrider.sasl.Login;

/**
 * What the sender of one session may still send in this hour and this day. Asked at each recipient, so that a client learns
 * of it before it sends the content, and charged at the message's end.
 *
 * <p>Thread: confined to a session.
 */
final class SenderQuota {
    private final @Nullable Accounts accounts;
    private final InetAddress client;
    private @Nullable Allowance allowance;
    private long declaredOctets;
    private int recipients;

    /** @param accounts {@code null} where nothing is counted */
    SenderQuota(@Nullable Accounts accounts, InetAddress client) {
        this.accounts = accounts;
        this.client = client;
    }

    /** Answers a transaction that begins; {@code null} where one more message is within what is allowed. */
    @Nullable
    Reply begin(@Nullable Login login, long declared) {
        Allowance now = accounts == null ? null : accounts.allowance(login, client);
        allowance = now;
        declaredOctets = declared;
        recipients = 0;
        return now == null ? null : reply(now, now.ask(new Quotas.Amount(1, 0, declared)));
    }

    /** Answers the next recipient; {@code null} where it is within what is allowed. */
    @Nullable
    Reply oneMoreRecipient() {
        Allowance now = allowance;
        return now == null ? null : reply(now, now.ask(new Quotas.Amount(1, recipients + 1L, declaredOctets)));
    }

    void countRecipient() {
        recipients++;
    }

    /** Charges a message that is whole; {@code null} where it was within what is allowed. */
    @Nullable
    Reply charge(int envelopeRecipients, long octets) {
        Allowance now = allowance;
        return now == null ? null : reply(now, now.take(new Quotas.Amount(1, envelopeRecipients, octets)));
    }

    private static @Nullable Reply reply(Allowance allowance, Quotas.Answer answer) {
        return switch (answer) {
            case Quotas.Answer.Within _ -> null;
            case Quotas.Answer.Over(var what, var until) -> {
                String words = "Quota of " + what + " is used up until " + until.truncatedTo(ChronoUnit.SECONDS);
                yield switch (allowance.action()) {
                    case DEFER -> Reply.of(450, "4.7.1", words);
                    case REFUSE -> Reply.of(550, "5.7.1", words);
                };
            }
        };
    }
}
