package org.postrider.delivery;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.postrider.mail.Domain;
import org.postrider.mail.MailHost;

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

    /** One {@code [[route]]}. */
    public record Rule(Pattern pattern, Route to) {}

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
        Route own = host instanceof Domain domain ? deliver.get(domain) : null;
        for (Rule rule : rules) {
            if (rule.pattern.matches(host)) {
                return own != null && rule.pattern instanceof Pattern.All ? own : rule.to;
            }
        }
        return own == null ? BY_MX : own;
    }
}
