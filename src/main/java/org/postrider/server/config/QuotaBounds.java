package org.postrider.server.config;

/** {@code [quota.user]} and {@code [quota.address]}. */
public record QuotaBounds(
        @Key(fallback = "\"off\"", off = true, meaning = "Messages in an hour.")
        Limit messagesPerHour,

        @Key(fallback = "\"off\"", off = true, meaning = "Messages in a day.")
        Limit messagesPerDay,

        @Key(fallback = "\"off\"", off = true, meaning = "Recipients in an hour.")
        Limit recipientsPerHour,

        @Key(fallback = "\"off\"", off = true, meaning = "Recipients in a day.")
        Limit recipientsPerDay,

        @Key(fallback = "\"off\"", off = true, meaning = "Octets of messages in an hour.")
        Size sizePerHour,

        @Key(fallback = "\"off\"", off = true, meaning = "Octets of messages in a day.")
        Size sizePerDay) {}
