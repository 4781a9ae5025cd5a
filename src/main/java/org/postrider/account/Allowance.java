package org.postrider.account;

/**
 * How much one sender may still send: an authenticated user, or the address of a client that is none.
 *
 * <p>Thread: any.
 */
public final class Allowance {
    private final Quotas quotas;
    private final String subject;
    private final QuotaLimits limits;
    private final QuotaSettings.Action action;

    Allowance(Quotas quotas, String subject, QuotaLimits limits, QuotaSettings.Action action) {
        this.quotas = quotas;
        this.subject = subject;
        this.limits = limits;
        this.action = action;
    }

    /** Whether an amount is within it now; counts nothing. For MAIL and RCPT, with what the transaction has so far. */
    public Quotas.Answer ask(Quotas.Amount amount) {
        return limits.equals(QuotaLimits.OFF) ? new Quotas.Answer.Within() : quotas.ask(subject, limits, amount);
    }

    /** Counts an amount, all of it or nothing. For the end of a message, before it is committed. */
    public Quotas.Answer take(Quotas.Amount amount) {
        return limits.equals(QuotaLimits.OFF) ? new Quotas.Answer.Within() : quotas.take(subject, limits, amount);
    }

    /** What becomes of mail beyond it. */
    public QuotaSettings.Action action() {
        return action;
    }
}
