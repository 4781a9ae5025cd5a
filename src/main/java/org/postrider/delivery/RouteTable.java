package org.postrider.delivery;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.postrider.mail.Domain;
import org.postrider.mail.MailHost;
import org.postrider.queue.Site;
import org.postrider.smtp.client.ClientCredentials;

/**
 * The configured routes, {@code [[route]]} and the {@code deliver} of {@code [[domain]]}.
 *
 * <p>The first rule that matches decides, with one exception: a rule for {@code *} leaves alone the domains that say
 * themselves how they are delivered, so that a smarthost for everything else does not take the local mail away.
 *
 * @param rules in the configuration's order
 * @param deliver for each local domain that has a {@code deliver}
 */
public record RouteTable(List<Rule> rules, Map<Domain, Route> deliver) {
    /** Everything goes by MX. */
    public static final RouteTable EMPTY = new RouteTable(List.of(), Map.of());

    private static final Route BY_MX = new Route.ByMx();

    public RouteTable {
        rules = List.copyOf(rules);
        deliver = Map.copyOf(deliver);
    }

    /**
     * One {@code [[route]]}.
     *
     * @param tls on which terms, {@code null} for those that hold for such a route anyhow
     * @param credentials with what to authenticate there, {@code null} for not at all
     */
    public record Rule(
            Pattern pattern,
            Route to,
            @Nullable TlsTerms tls,
            @Nullable ClientCredentials credentials) {
        public Rule(Pattern pattern, Route to) {
            this(pattern, to, null, null);
        }

        /** The site of the servers that {@link #to} names. */
        Site site() {
            String user = credentials == null ? "" : credentials.user();
            return new SiteName(to.text(), Optional.ofNullable(tls), user).site();
        }
    }

    /**
     * Which recipient domains a rule is for: {@code *} all hosts, {@code example.net} that one, {@code *.example.net} those
     * below it.
     */
    public sealed interface Pattern {
        record All() implements Pattern {}

        record Exactly(Domain domain) implements Pattern {}

        record Below(Domain domain) implements Pattern {}

        /** Empty where {@code text} is none of these. */
        static Optional<Pattern> parse(String text) {
            if (text.equals("*")) {
                return Optional.of(new All());
            }
            return text.startsWith("*.")
                    ? Domain.parse(text.substring(2)).map(Below::new)
                    : Domain.parse(text).map(Exactly::new);
        }

        default boolean matches(MailHost host) {
            return switch (this) {
                case All _ -> true;
                case Exactly(var domain) -> domain.equals(host);
                case Below(var domain) ->
                    host instanceof Domain other && other.ascii().endsWith("." + domain.ascii());
            };
        }
    }

    /** The route for a recipient's host; by MX where nothing is configured for it. */
    public Route find(MailHost host) {
        return rule(host).to;
    }

    /** What {@link #find} goes by. */
    Rule rule(MailHost host) {
        Route own = host instanceof Domain domain ? deliver.get(domain) : null;
        for (Rule rule : rules) {
            if (rule.pattern.matches(host)) {
                return own != null && rule.pattern instanceof Pattern.All ? plain(own) : rule;
            }
        }
        return plain(own == null ? BY_MX : own);
    }

    /** The rule for a route that a person chose: that of the configuration for the same route, with its TLS and user. */
    Rule rule(Route chosen) {
        return rules.stream().filter(rule -> rule.to.equals(chosen)).findFirst().orElse(plain(chosen));
    }

    private static Rule plain(Route route) {
        return new Rule(new Pattern.All(), route);
    }

    /** With what a site's user authenticates; empty where the configuration no longer knows. */
    Optional<ClientCredentials> credentials(SiteName name) {
        return rules.stream()
                .filter(rule -> rule.to.text().equals(name.route()))
                .map(Rule::credentials)
                .filter(Objects::nonNull)
                .filter(credentials -> credentials.user().equals(name.user()))
                .findFirst();
    }
}
