package org.postrider.server.config;

import java.util.List;
import java.util.Optional;
import org.postrider.mail.Mailbox;

/** {@code [report]}: what we tell other domains of their mail, and what they tell us of ours. */
public record Reports(
        @Key(
                fallback = "false",
                meaning =
                        "Whether the domains whose mail comes here get the DMARC reports that their records ask for, once"
                                + " a day (RFC 9990). Off, since a server should not begin to send mail of its own without"
                                + " being told to; on is a service to all who publish DMARC. It needs a `[[dkim-key]]` for"
                                + " the domain of `from`.")
        boolean dmarcSend,

        @Key(
                fallback = "false",
                meaning =
                        "Whether the domains that mail goes to get the reports on TLS that their records ask for, once a"
                                + " day (RFC 8460). It needs a `[[dkim-key]]` for the domain of `from`.")
        boolean tlsSend,

        @Key(meaning = "Who reports, for people; none: `hostname`.")
        Optional<String> organization,

        @Key(
                meaning = "The author of reports, who gets what comes back of them, such as"
                        + " `\"noreply-dmarc@example.net\"`; none: `postmaster`.")
        Optional<Mailbox> from,

        @Key(meaning = "Whom reports name for questions; none: `from`.")
        Optional<Mailbox> contact,

        @Key(
                fallback = "false",
                meaning =
                        "Whether single messages that fail DMARC are told to those whom the author's domain names with"
                                + " `ruf` (RFC 9991): a few header fields, recipients made unreadable, no body. Off, as it tells"
                                + " strangers of your users' mail.")
        boolean failureReports,

        @Key(fallback = "20", max = 10_000, meaning = "Failure reports in an hour, all domains together.")
        int failureRate,

        @Key(
                fallback = "[]",
                meaning =
                        "Our addresses that reports come to, such as `[\"dmarc@example.net\"]`: reports of DMARC and TLS"
                                + " in their mail are taken in, for `postrider report show`.")
        List<Mailbox> intake,

        @Key(
                fallback = "true",
                meaning =
                        "Whether mail to `intake` is also delivered once its report is taken in. What brings no report"
                                + " that can be read is always delivered.")
        boolean keep) {
    public Reports {
        intake = List.copyOf(intake);
    }

    /** Whether anything of ours goes out. */
    public boolean sends() {
        return dmarcSend || tlsSend || failureReports;
    }
}
