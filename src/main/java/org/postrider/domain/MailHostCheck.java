package org.postrider.domain;

import java.util.List;
import org.postrider.dns.Answer;
import org.postrider.dns.Mx;
import org.postrider.dns.Resolver;
import org.postrider.domain.CheckResult.Grade;
import org.postrider.mail.Domain;

/** Whether a domain's MX records lead where its mail ends (RFC 5321 §5.1, RFC 7505). */
final class MailHostCheck {
    private static final String CHECK = "mx";

    private final Resolver resolver;
    private final DomainSettings settings;

    MailHostCheck(Resolver resolver, DomainSettings settings) {
        this.resolver = resolver;
        this.settings = settings;
    }

    /** Whether one of the MX records names us. */
    boolean leadHere(Domain domain) {
        return resolver.mx(domain) instanceof Answer.Found<Mx> found
                && found.records().stream().anyMatch(this::isOurs);
    }

    private boolean isOurs(Mx mx) {
        return settings.hostname().equals(mx.host());
    }

    CheckResult check(Domain domain) {
        return switch (resolver.mx(domain)) {
            case Answer.Found<Mx> found -> found(domain, found.records());
            case Answer.NoRecords<Mx> _ -> without(domain);
            case Answer.NoSuchName<Mx> _ ->
                new CheckResult(
                        CHECK,
                        Grade.ERROR,
                        domain.ascii(),
                        List.of(),
                        wanted(),
                        "The domain does not exist.",
                        "Register it, or see whether its zone is served.");
            case Answer.Failed<Mx>(var _, String detail) -> CheckResult.unknown(CHECK, domain.ascii(), detail);
        };
    }

    private CheckResult found(Domain domain, List<Mx> records) {
        List<String> texts = records.stream().map(MailHostCheck::text).toList();
        boolean receiving = settings.receiving().contains(domain);
        if (records.stream().anyMatch(Mx::isNull)) {
            return nullMx(domain, texts, receiving);
        }
        if (records.stream().noneMatch(this::isOurs)) {
            return receiving
                    ? new CheckResult(
                            CHECK,
                            Grade.WARNING,
                            domain.ascii(),
                            texts,
                            wanted(),
                            "The configuration has this domain, and its mail goes elsewhere.",
                            "Publish the wanted record, unless the hosts found pass the mail on to this server.")
                    : CheckResult.good(
                            CHECK, domain.ascii(), texts, "Its mail goes elsewhere, as the configuration has it.");
        }
        if (!receiving) {
            return new CheckResult(
                    CHECK,
                    Grade.ERROR,
                    domain.ascii(),
                    texts,
                    "",
                    "Its mail comes here, and the configuration does not take it.",
                    "Add a [[domain]] for it, or take the MX record out.");
        }
        return alias(domain, texts);
    }

    private CheckResult alias(Domain domain, List<String> texts) {
        if (resolver.alias(settings.hostname()) instanceof Answer.Found<Domain>) {
            return new CheckResult(
                    CHECK,
                    Grade.ERROR,
                    domain.ascii(),
                    texts,
                    "a host with addresses of its own",
                    settings.hostname() + " is an alias (CNAME), which an MX host must not be (RFC 5321 §5.1).",
                    "Give the host A and AAAA records in place of the alias.");
        }
        return CheckResult.good(CHECK, domain.ascii(), texts, "Its mail comes here.");
    }

    private CheckResult nullMx(Domain domain, List<String> texts, boolean receiving) {
        if (texts.size() > 1) {
            return new CheckResult(
                    CHECK,
                    Grade.ERROR,
                    domain.ascii(),
                    texts,
                    receiving ? wanted() : "the null MX alone",
                    "A null MX says that the domain takes no mail, and must be alone (RFC 7505 §3).",
                    "Take either the null MX out or the others.");
        }
        return receiving
                ? new CheckResult(
                        CHECK,
                        Grade.ERROR,
                        domain.ascii(),
                        texts,
                        wanted(),
                        "The null MX says that the domain takes no mail, and the configuration takes it.",
                        "Publish the wanted record in its place.")
                : new CheckResult(
                        CHECK,
                        Grade.WARNING,
                        domain.ascii(),
                        texts,
                        "",
                        "The domain takes no mail: bounces to it are lost, and many refuse mail whose sender cannot be"
                                + " answered (RFC 7505 §4.2).",
                        "If it sends, let it take mail somewhere.");
    }

    private CheckResult without(Domain domain) {
        return settings.receiving().contains(domain)
                ? new CheckResult(
                        CHECK,
                        Grade.WARNING,
                        domain.ascii(),
                        List.of(),
                        wanted(),
                        "Without an MX record mail goes to the addresses of the domain itself (RFC 5321 §5.1).",
                        "Publish the wanted record.")
                : new CheckResult(
                        CHECK,
                        Grade.ADVICE,
                        domain.ascii(),
                        List.of(),
                        "",
                        "It has no MX record: bounces to it go to its own addresses, if it has any.",
                        "Say in the DNS where its mail goes.");
    }

    private String wanted() {
        return "10 " + settings.hostname() + ".";
    }

    private static String text(Mx mx) {
        return mx.preference() + " " + (mx.host() == null ? "" : mx.host()) + ".";
    }
}
