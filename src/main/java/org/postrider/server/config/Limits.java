package org.postrider.server.config;

/** The section {@code [limits]}. */
public record Limits(
        @Key(fallback = "20", off = true, meaning = "Errors before a session is ended with 421 4.7.0.")
        Limit errorsPerSession,

        @Key(
                fallback = "100",
                off = true,
                meaning = "NOOP, RSET, VRFY, HELP and abandoned transactions between two messages before 421 4.7.0.")
        Limit junkCommandsPerSession,

        @Key(
                fallback = "20000",
                off = true,
                meaning = "Connections at once, all listeners together; no more than one for each 8 KiB of the heap.")
        Limit connections,

        @Key(
                fallback = "200",
                off = true,
                meaning = "Connections at once from one address; five times as many from one IPv4 /24 or one IPv6"
                        + " /64.")
        Limit connectionsPerAddress,

        @Key(
                fallback = "1000",
                off = true,
                max = 65_535,
                meaning = "Recipients of one message; the next get 452 4.5.3. RFC 5321 wants at least 100.")
        Limit recipientsPerMessage,

        @Key(fallback = "\"50 MiB\"", off = true, meaning = "The largest message, as SIZE tells it; 552 5.3.4 beyond.")
        Size messageSize,

        @Key(
                fallback = "\"off\"",
                off = true,
                meaning = "Commands a minute of one client address, in all its sessions together; then 421 4.7.0.")
        Limit commandsPerMinute,

        @Key(
                fallback = "1000",
                off = true,
                meaning = "TLS handshakes that one client address may begin in a minute, this machine's own excepted;"
                        + " then 421 4.7.0, or with implicit TLS the end of the connection.")
        Limit tlsSessionsPerMinute,

        @Key(fallback = "\"off\"", off = true, meaning = "Messages in one session; announced as MAILMAX.")
        Limit messagesPerSession,

        @Key(fallback = "100", off = true, meaning = "Received fields before a message counts as looping: 554 5.4.6.")
        Limit receivedFields) {}
