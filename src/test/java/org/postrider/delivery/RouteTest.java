package org.postrider.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postrider.mail.Domain;
import org.postrider.mail.MailHost;
import org.postrider.mail.MailboxGrammar;
import org.postrider.smtp.client.Protocol;

final class RouteTest {
    private static Route route(String text) {
        return switch (Route.parse(text)) {
            case Route.Parsed.Valid(var route) -> route;
            case Route.Parsed.Invalid(var error) -> throw new AssertionError(error);
        };
    }

    private static RouteTable.Rule rule(String pattern, String to) {
        return new RouteTable.Rule(RouteTable.Pattern.parse(pattern).orElseThrow(), route(to));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "mx",
                "hold",
                "discard",
                "smtp:127.0.0.1:2600",
                "smtp:[::1]:25",
                "smtp:mail.example.net:587",
                "lmtp:localhost:24",
                "maildir:/var/mail/{domain}/{local}",
                "maildir:mail"
            })
    void readsWhatItWrites(String text) {
        assertThat(route(route(text).text())).isEqualTo(route(text));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "MX",
                "smtp",
                "smtp:",
                "smtp:host",
                "smtp:host:",
                "smtp:host:0",
                "smtp:host:65536",
                "smtp:host:-1",
                "smtp:999.1.1.1:25",
                "smtp:2130706433:25",
                "smtp:::1:25",
                "smtp:[::1:25",
                "smtp:[]:25",
                "smtp:[:25",
                "smtp:a b:25",
                "lmtp:/run/socket",
                "maildir:",
                "maildir:/mail/{user}",
                "maildir:/mail/{local",
                "maildir:/mail/../{local}",
                "maildir:/mail/\0",
                "webhook:x"
            })
    void saysWhatIsWrong(String text) {
        assertThat(Route.parse(text))
                .isInstanceOfSatisfying(
                        Route.Parsed.Invalid.class,
                        invalid -> assertThat(invalid.error()).isNotBlank());
    }

    @Test
    void smtpsIsARouteOfItsOwn() {
        Route route = new Route.Server(Protocol.SMTPS, new Domain("mail.example.net"), 465);
        assertThat(Route.parse("smtps:mail.example.net:465")).isEqualTo(new Route.Parsed.Valid(route));
        assertThat(route.text()).isEqualTo("smtps:mail.example.net:465");
    }

    @Test
    void takesTheFirstRuleThatMatches() {
        RouteTable table = new RouteTable(
                List.of(rule("a.example", "hold"), rule("*.example", "discard"), rule("*", "smtp:192.0.2.1:25")),
                Map.of());

        assertThat(table.find(new Domain("a.example"))).isEqualTo(new Route.Hold());
        assertThat(table.find(new Domain("b.example"))).isEqualTo(new Route.Discard());
        assertThat(table.find(new Domain("deep.b.example"))).isEqualTo(new Route.Discard());
        assertThat(table.find(new Domain("example"))).isEqualTo(route("smtp:192.0.2.1:25"));
        assertThat(table.find(new Domain("notexample"))).isEqualTo(route("smtp:192.0.2.1:25"));
        MailHost literal = MailboxGrammar.addressLiteral("[192.0.2.9]").orElseThrow();
        assertThat(table.find(literal)).isEqualTo(route("smtp:192.0.2.1:25"));
    }

    @Test
    void leavesLocalMailToItsDomainUnlessARuleNamesIt() {
        Map<Domain, Route> deliver = Map.of(
                new Domain("local.example"), route("lmtp:127.0.0.1:24"), new Domain("named.example"), route("discard"));
        RouteTable table =
                new RouteTable(List.of(rule("named.example", "hold"), rule("*", "smtp:192.0.2.1:25")), deliver);

        assertThat(table.find(new Domain("local.example"))).isEqualTo(route("lmtp:127.0.0.1:24"));
        assertThat(table.find(new Domain("named.example"))).isEqualTo(new Route.Hold());
        assertThat(RouteTable.EMPTY.find(new Domain("local.example"))).isEqualTo(new Route.ByMx());
    }
}
