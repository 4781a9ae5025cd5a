package org.postrider.server.config;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.postrider.filter.DefaultAction;
import org.postrider.filter.FilterAddress;
import org.postrider.filter.FilterSettings;

/** The section {@code [clamav]}. */
public record Clamav(
        @Key(meaning = "Where clamd listens; none: nothing is scanned.")
        Optional<FilterAddress> address,

        @Key(
                fallback = "[\"mx\", \"submission\", \"relay\"]",
                meaning = "The roles of the listeners whose mail is scanned.")
        List<Configuration.Role> roles,

        @Key(
                fallback = "\"reject\"",
                meaning = "A message with a virus: `reject` (554 5.7.1), `discard` (250, removed, and told in the mail"
                        + " log), `tag` (with an `X-Virus` field) or `quarantine` (taken and held).")
        FilterSettings.OnVirus onVirus,

        @Key(
                fallback = "\"tempfail\"",
                meaning = "What becomes of mail that clamd could not scan: `tempfail`, `accept`, `reject` or"
                        + " `quarantine`, as for `[[milter]]`.")
        DefaultAction defaultAction,

        @Key(
                fallback = "\"25 MiB\"",
                meaning = "At most clamd's `StreamMaxLength`: of a larger message only so much is scanned.")
        Size streamMax,

        @Key(fallback = "\"30s\"", meaning = "For the connection.")
        Duration connectTimeout,

        @Key(fallback = "\"5m\"", meaning = "For each piece that it takes, and for its verdict.")
        Duration contentTimeout) {
    public Clamav {
        roles = List.copyOf(roles);
    }
}
