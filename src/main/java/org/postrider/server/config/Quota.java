package org.postrider.server.config;

/** {@code [quota]}. */
public record Quota(
        @Key(fallback = "\"defer\"", meaning = "Beyond a quota: `defer` (450 4.7.1) or `refuse` (550 5.7.1).")
        Action action,

        @Key(meaning = "Of each user who has authenticated.")
        QuotaBounds user,

        @Key(meaning = "Of each client address, or IPv6 /64, without a login.")
        QuotaBounds address) {
    public enum Action {
        DEFER,
        REFUSE
    }
}
