package org.postrider.server.config;

import java.util.Optional;

/** {@code [user.quota]}: what is not given is as in {@code [quota.user]}. */
public record UserQuota(
        @Key(meaning = "Messages in an hour.") Optional<Limit> messagesPerHour,

        @Key(meaning = "Messages in a day.") Optional<Limit> messagesPerDay,

        @Key(meaning = "Recipients in an hour.") Optional<Limit> recipientsPerHour,

        @Key(meaning = "Recipients in a day.") Optional<Limit> recipientsPerDay,

        @Key(meaning = "Octets of messages in an hour.") Optional<Size> sizePerHour,

        @Key(meaning = "Octets of messages in a day.") Optional<Size> sizePerDay) {}
