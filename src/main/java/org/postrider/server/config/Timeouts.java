package org.postrider.server.config;

import java.time.Duration;

/** The section {@code [timeouts]}. */
public record Timeouts(
        @Key(fallback = "\"5m\"", meaning = "Server: for the next command (RFC 5321 §4.5.3.2.7).")
        Duration command,

        @Key(fallback = "\"5m\"", meaning = "Server: for the next octets of a message.")
        Duration content,

        @Key(fallback = "\"3h\"", meaning = "Server: for one message to be whole.")
        Duration message,

        @Key(fallback = "\"24h\"", meaning = "Server: for a session as a whole.")
        Duration session,

        @Key(fallback = "\"2m\"", meaning = "Server: for the client to take a reply.")
        Duration reply,

        @Key(fallback = "\"30s\"", meaning = "Client: for the TCP connection.")
        Duration connect,

        @Key(fallback = "\"5m\"", meaning = "Client: for the greeting (§4.5.3.2.1).")
        Duration greeting,

        @Key(fallback = "\"5m\"", meaning = "Client: for the reply to EHLO, HELO or LHLO, to STARTTLS, and in AUTH.")
        Duration ehlo,

        @Key(fallback = "\"1m\"", meaning = "Client: for the TLS handshake as a whole.")
        Duration tlsHandshake,

        @Key(fallback = "\"5m\"", meaning = "Client: for the reply to MAIL (§4.5.3.2.2).")
        Duration mail,

        @Key(fallback = "\"5m\"", meaning = "Client: for the reply to RCPT (§4.5.3.2.3).")
        Duration rcpt,

        @Key(fallback = "\"2m\"", meaning = "Client: for the reply to DATA (§4.5.3.2.4).")
        Duration data,

        @Key(fallback = "\"3m\"", meaning = "Client: for each block of the message to be taken (§4.5.3.2.5).")
        Duration dataBlock,

        @Key(
                fallback = "\"10m\"",
                meaning = "Client: for the reply to the final dot (§4.5.3.2.6); a short one sends mail twice.")
        Duration dataDone,

        @Key(fallback = "\"5s\"", meaning = "Client: for the replies to RSET and QUIT.")
        Duration quit,

        @Key(fallback = "\"30s\"", meaning = "How long a drain waits for open sessions and attempts.")
        Duration drain) {}
