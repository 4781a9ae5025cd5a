package org.postrider.server.config;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.postrider.delivery.Route;
import org.postrider.delivery.TlsLevel;
import org.postrider.delivery.TlsTerms;
import org.postrider.mail.Domain;
import org.postrider.server.config.Configuration.RouteRule;
import org.postrider.smtp.client.Protocol;

/** What must hold between the keys that say how mail leaves: TLS, names and passwords. */
final class OutgoingRules {
    private final Configuration configuration;
    private final Rules rules;

    OutgoingRules(Configuration configuration, Rules rules) {
        this.configuration = configuration;
        this.rules = rules;
    }

    void check() {
        List<RouteRule> routes = configuration.routes();
        for (int i = 0; i < routes.size(); i++) {
            check(routes.get(i), "route[" + i + "]");
            checkSamePassword(routes.subList(0, i), routes.get(i), "route[" + i + "].password");
        }
        List<TlsPolicyRule> policies = configuration.tlsPolicies();
        for (int i = 0; i < policies.size(); i++) {
            TlsPolicyRule policy = policies.get(i);
            checkNames(Optional.of(policy.tls()), policy.tlsNames(), "tls-policy[" + i + "]");
        }
    }

    private void check(RouteRule route, String key) {
        switch (route.to()) {
            case Route.Server server -> {
                checkNames(level(route, server), route.tlsNames(), key);
                checkClearText(route, server, key);
            }
            case Route.ByMx _, Route.Maildir _, Route.Hold _, Route.Discard _ -> checkLocal(route, key);
        }
        checkUser(route, key);
    }

    /** Connections are shared among routes to one server as one user, who has one password there. */
    private void checkSamePassword(List<RouteRule> before, RouteRule route, String key) {
        boolean other = before.stream()
                .filter(earlier ->
                        earlier.to().equals(route.to()) && earlier.user().equals(route.user()))
                .anyMatch(earlier -> route.user().isPresent()
                        && !resolved(earlier.password()).equals(resolved(route.password())));
        if (other) {
            rules.error(
                    key,
                    "is not that of another [[route]] to " + route.to().text() + " as the same user",
                    "give both the same, or each a user of its own");
        }
    }

    /** Empty where it cannot be read, of which is told elsewhere. */
    private static String resolved(Optional<Reference> password) {
        try {
            return password.isPresent() ? password.get().resolve() : "";
        } catch (IOException e) {
            return "";
        }
    }

    /** The level of a route, as far as it says something of TLS or has a user. */
    static Optional<TlsLevel> level(RouteRule route, Route.Server server) {
        return route.tls()
                .or(() -> route.user().map(_ -> Optional.of(TlsLevel.VERIFY)).orElse(Optional.empty()));
    }

    private void checkNames(Optional<TlsLevel> level, List<Domain> names, String key) {
        if (!names.isEmpty() && level.filter(TlsLevel.VERIFY::equals).isEmpty()) {
            rules.error(key + ".tls-names", "are looked at with tls = \"verify\" only", "set tls = \"verify\"");
        }
        if (names.size() > TlsTerms.NAMES_MAX) {
            rules.error(key + ".tls-names", "are more than " + TlsTerms.NAMES_MAX, null);
        }
    }

    private void checkLocal(RouteRule route, String key) {
        if (route.tls().isPresent() || !route.tlsNames().isEmpty()) {
            rules.error(
                    key + (route.tls().isPresent() ? ".tls" : ".tls-names"),
                    "is for routes to a server, and " + route.to().text() + " names none",
                    "TLS of mail by MX is set in [delivery] tls and [[tls-policy]]");
        }
        if (route.user().isPresent()) {
            rules.error(
                    key + ".user",
                    "is for routes to a server, and " + route.to().text() + " names none",
                    null);
        }
    }

    private void checkClearText(RouteRule route, Route.Server server, String key) {
        boolean none = route.tls().filter(TlsLevel.NONE::equals).isPresent();
        if (none && server.protocol() == Protocol.SMTPS) {
            rules.error(key + ".tls", "cannot be \"none\" where smtps: asks for TLS", "write smtp: instead of smtps:");
        } else if (none && route.user().isPresent() && !route.authInClear()) {
            rules.error(
                    key + ".tls",
                    "\"none\" would send the password in clear",
                    "leave it out, or set auth-in-clear = true to accept that");
        }
        if (route.authInClear() && route.user().isPresent()) {
            rules.warn(key + ".auth-in-clear", "where there is no TLS the password is sent in clear", null);
        }
    }

    private void checkUser(RouteRule route, String key) {
        if (route.user().isPresent() != route.password().isPresent()) {
            rules.error(key, "user and password go together", "set both or neither");
        }
        boolean strange = route.user().stream().flatMapToInt(String::chars).anyMatch(c -> c < ' ' || c == 0x7f);
        if (strange) {
            rules.error(key + ".user", "has control characters", null);
        }
        route.password().ifPresent(password -> checkPassword(password, key + ".password"));
    }

    private void checkPassword(Reference password, String key) {
        try {
            if (password.resolve().isEmpty()) {
                rules.error(key, "is empty", null);
            }
        } catch (IOException e) {
            rules.error(key, String.valueOf(e.getMessage()), null);
        }
    }
}
