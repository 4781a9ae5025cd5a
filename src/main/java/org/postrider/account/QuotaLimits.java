package org.postrider.account;

import java.util.Optional;

/**
 * How much one may send in an hour and in a day. Each bound is optional: empty is no bound, or, for a user of whom something
 * differs, the default.
 *
 * @param octets of messages as they were received, once for all recipients
 */
public record QuotaLimits(PerWindow messages, PerWindow recipients, PerWindow octets) {
    public static final QuotaLimits OFF = new QuotaLimits(PerWindow.OFF, PerWindow.OFF, PerWindow.OFF);

    public record PerWindow(Optional<Long> hour, Optional<Long> day) {
        public static final PerWindow OFF = new PerWindow(Optional.empty(), Optional.empty());

        PerWindow orElse(PerWindow other) {
            return new PerWindow(hour.or(other::hour), day.or(other::day));
        }
    }

    QuotaLimits orElse(QuotaLimits other) {
        return new QuotaLimits(
                messages.orElse(other.messages), recipients.orElse(other.recipients), octets.orElse(other.octets));
    }
}
