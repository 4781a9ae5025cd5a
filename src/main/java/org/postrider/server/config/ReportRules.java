package org.postrider.server.config;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.postrider.mail.Domain;
import org.postrider.mail.MailHost;
import org.postrider.mail.Mailbox;

/** What must hold in {@code [report]}. */
final class ReportRules {
    private static final int INTAKE_MAX = 100;
    private static final int ORGANIZATION_CHARS_MAX = 200;

    private final Configuration configuration;
    private final Binder binder;
    private final List<Problem> errors;
    private final List<Problem> warnings;

    ReportRules(Configuration configuration, Binder binder, List<Problem> errors, List<Problem> warnings) {
        this.configuration = configuration;
        this.binder = binder;
        this.errors = errors;
        this.warnings = warnings;
    }

    void check() {
        Reports reports = configuration.report();
        if (reports.sends() && !signed(configuration.reportAuthor().host())) {
            // Keys of the state database are not seen from here.
            warnings.add(binder.problem(
                    "report.from",
                    "no [[dkim-key]] signs for " + configuration.reportAuthor().host()
                            + ", and nobody takes reports that are not authentic",
                    "run postrider domain add, add a key here, or name a \"from\" at a domain that has one"));
        }
        boolean clean = reports.organization().stream()
                .allMatch(name -> !name.isBlank()
                        && name.length() <= ORGANIZATION_CHARS_MAX
                        && name.chars().noneMatch(Character::isISOControl));
        if (!clean) {
            error("report.organization", "is no name of one line", "write such as \"Example Net\"");
        }
        if (reports.intake().size() > INTAKE_MAX) {
            error("report.intake", "more than " + INTAKE_MAX + " addresses", null);
        }
        for (Mailbox address : reports.intake()) {
            if (!ours(address.host())) {
                error(
                        "report.intake",
                        address.text() + " is at no [[domain]] of ours: its mail never comes here",
                        "add the domain");
            }
        }
    }

    /** Keys sign for domains below theirs, too. */
    private boolean signed(MailHost host) {
        return host instanceof Domain author
                && configuration.dkimKeys().stream().anyMatch(key -> author.isWithin(key.domain()));
    }

    private boolean ours(MailHost host) {
        return host.equals(configuration.hostname())
                || configuration.domains().stream()
                        .anyMatch(domain -> domain.name().equals(host));
    }

    private void error(String key, String message, @Nullable String suggestion) {
        errors.add(binder.problem(key, message, suggestion));
    }
}
