package org.postrider.account;

/**
 * @param perUser for each user of whom nothing else is said
 * @param perAddress for each client that has not authenticated; an IPv6 /64 is one
 */
public record QuotaSettings(QuotaLimits perUser, QuotaLimits perAddress, Action action) {
    public static final QuotaSettings OFF = new QuotaSettings(QuotaLimits.OFF, QuotaLimits.OFF, Action.DEFER);

    /** What becomes of mail beyond a quota; it is never accepted and held. */
    public enum Action {
        /** 450 4.7.1. */
        DEFER,
        /** 550 5.7.1. */
        REFUSE
    }
}
