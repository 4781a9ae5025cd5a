package org.postrider.server.config;

import java.util.List;
import java.util.Optional;
import org.postrider.mail.Domain;
import org.postrider.mail.Mailbox;

/** The sections of {@link Configuration} about mail that goes on from here. */
public final class ForwardingSections {
    private ForwardingSections() {}

    public record Forward(
            @Key(
                    meaning =
                            "Whose mail: an address of a `[[domain]]`, or a whole domain that has no `[[domain]]`. An"
                                    + " address counts before its domain, whatever the case, with a detail behind it or without.")
            String from,

            @Key(
                    meaning =
                            "Who gets it, in the place of `from`: up to 100 addresses. `from` itself among them keeps a"
                                    + " copy here.")
            List<Mailbox> to) {
        public Forward {
            to = List.copyOf(to);
        }
    }

    public record Arc(
            @Key(
                    fallback = "true",
                    meaning =
                            "Whether mail of strangers that goes on to another server, by `[[forward]]` or by its route,"
                                    + " is sealed. It takes a `[[dkim-key]]`; without one for `key-domain` nothing is sealed.")
            boolean seal,

            @Key(
                    meaning = "The domain in whose name it is sealed, by the first RSA `[[dkim-key]]` of it, or of the"
                            + " nearest domain above it that has a key; none: `hostname`.")
            Optional<Domain> keyDomain) {
        /** The domain whose key seals: the nearest that has one; empty where there is none. */
        public Optional<Domain> key(Configuration configuration) {
            String name = keyDomain.orElse(configuration.hostname()).ascii();
            while (true) {
                Domain domain = new Domain(name);
                if (configuration.dkimKeys().stream()
                        .anyMatch(key -> key.domain().equals(domain))) {
                    return Optional.of(domain);
                }
                int dot = name.indexOf('.');
                if (dot < 0) {
                    return Optional.empty();
                }
                name = name.substring(dot + 1);
            }
        }
    }

    public record Srs(
            @Key(
                    fallback = "[]",
                    meaning =
                            "Long random texts, each best as `file:` or `env:`. With one, the senders of strangers' mail"
                                    + " that `[[forward]]` sends to another server are rewritten. The first makes the hashes, all are"
                                    + " believed: put a new one first, and take the old one away after `days`.")
            List<Reference> secret,

            @Key(
                    meaning =
                            "The domain of the rewritten senders, whose MX must lead here and whose SPF must name this"
                                    + " server; none: `hostname`.")
            Optional<Domain> domain,

            @Key(
                    fallback = "21",
                    max = org.postrider.mailauth.srs.Srs.DAYS_MAX,
                    meaning = "For how many days bounces to a rewritten sender are taken.")
            int days) {
        public Srs {
            secret = List.copyOf(secret);
        }
    }
}
