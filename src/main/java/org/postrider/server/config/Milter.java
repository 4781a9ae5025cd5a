package org.postrider.server.config;

import java.time.Duration;
import java.util.List;
import org.postrider.filter.DefaultAction;
import org.postrider.filter.FilterAddress;

/** One section {@code [[milter]]}. */
public record Milter(
        @Key(meaning = "What logs, metrics and held mail call it: lower-case letters, digits and `-`.")
        String name,

        @Key(meaning = "Where it listens.") FilterAddress address,

        @Key(
                fallback = "[\"mx\", \"submission\", \"relay\"]",
                meaning = "The roles of the listeners whose mail it is asked about.")
        List<Configuration.Role> roles,

        @Key(
                fallback = "\"tempfail\"",
                meaning = "What becomes of mail when it cannot be asked, stays silent or breaks the protocol:"
                        + " `tempfail` (451 4.7.1), `accept` (as if it were not there), `reject` (550 5.7.1) or"
                        + " `quarantine` (taken and held). Where it breaks off in the middle of its edits, none of them"
                        + " is made; all but `accept` then answer 451.")
        DefaultAction defaultAction,

        @Key(fallback = "\"30s\"", meaning = "For the connection, and for the negotiation.")
        Duration connectTimeout,

        @Key(fallback = "\"30s\"", meaning = "For its answer to MAIL, RCPT and what came before.")
        Duration commandTimeout,

        @Key(
                fallback = "\"5m\"",
                meaning = "For its answer to each piece of the content and to its end. Signs of life extend it, up to"
                        + " four times.")
        Duration contentTimeout) {
    public Milter {
        roles = List.copyOf(roles);
    }
}
