package org.postrider.server.config;

import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.postrider.mail.Ascii;
import org.postrider.mail.Domain;
import org.postrider.mail.Mailbox;
import org.postrider.mail.MailboxGrammar;

/** What must hold in the sections about mail that goes on. */
final class ForwardingRules {
    private static final int TARGETS_MAX = 100;
    private static final int SECRET_CHARACTERS_LEAST = 16;

    private final Configuration configuration;
    private final Rules rules;
    private final Set<Domain> domains = new HashSet<>();

    ForwardingRules(Configuration configuration, Rules rules) {
        this.configuration = configuration;
        this.rules = rules;
        configuration.domains().forEach(domain -> domains.add(domain.name()));
    }

    void check() {
        checkForwards();
        checkSrs();
        checkArc();
    }

    private void checkForwards() {
        List<ForwardingSections.Forward> forwards = configuration.forwards();
        Map<String, Set<String>> targets = new HashMap<>();
        for (int i = 0; i < forwards.size(); i++) {
            ForwardingSections.Forward forward = forwards.get(i);
            String section = "forward[" + i + "]";
            checkFrom(forward.from(), section + ".from");
            if (forward.to().isEmpty() || forward.to().size() > TARGETS_MAX) {
                rules.error(section + ".to", "must be 1 to " + TARGETS_MAX + " addresses", null);
            }
            Set<String> to = new HashSet<>();
            forward.to().forEach(target -> to.add(Ascii.lower(target.text())));
            if (targets.putIfAbsent(Ascii.lower(forward.from()), to) != null) {
                rules.error(
                        section + ".from", "\"" + forward.from() + "\" is there already", "put all into one \"to\"");
            }
        }
        for (int i = 0; i < forwards.size(); i++) {
            String from = Ascii.lower(forwards.get(i).from());
            if (isLoop(from, targets)) {
                rules.error(
                        "forward[" + i + "].to", "leads back to \"" + from + "\" by way of others", "break the circle");
            }
        }
    }

    private void checkFrom(String from, String key) {
        Optional<Mailbox> address = MailboxGrammar.mailbox(from);
        Optional<Domain> domain = from.indexOf('@') < 0 ? Domain.parse(from) : Optional.empty();
        if (domain.isPresent()) {
            if (domains.contains(domain.get())) {
                rules.error(
                        key,
                        "\"" + from + "\" is a [[domain]], whose mail ends here",
                        "forward single addresses of it");
            }
        } else if (address.isEmpty()) {
            rules.error(key, "\"" + from + "\" is neither an address nor a domain", "write USER@DOMAIN or DOMAIN");
        } else if (!(address.get().host() instanceof Domain its && isTaken(its))) {
            rules.error(key, "mail for \"" + from + "\" is not taken here", "add its domain as a [[domain]]");
        }
    }

    /** Whether mail for a domain comes in. */
    private boolean isTaken(Domain domain) {
        return domains.contains(domain)
                || configuration.forwards().stream()
                        .anyMatch(forward -> Domain.parse(forward.from()).equals(Optional.of(domain)));
    }

    /** Whether an address leads to others and by way of them back; one that names itself keeps a copy. */
    private static boolean isLoop(String from, Map<String, Set<String>> targets) {
        Set<String> seen = new HashSet<>();
        List<String> next = targets.getOrDefault(from, Set.of()).stream()
                .filter(target -> !target.equals(from))
                .toList();
        while (!next.isEmpty()) {
            if (next.contains(from)) {
                return true;
            }
            next = next.stream()
                    .filter(seen::add)
                    .flatMap(address -> targets.getOrDefault(address, Set.of()).stream())
                    .distinct()
                    .toList();
        }
        return false;
    }

    private void checkSrs() {
        ForwardingSections.Srs srs = configuration.srs();
        for (int i = 0; i < srs.secret().size(); i++) {
            String key = "srs.secret[" + i + "]";
            try {
                int characters = srs.secret().get(i).resolve().length();
                if (characters == 0) {
                    rules.error(key, "is empty", "openssl rand -base64 24 makes one");
                } else if (characters < SECRET_CHARACTERS_LEAST) {
                    rules.warn(
                            key, "can be guessed: it is shorter than " + SECRET_CHARACTERS_LEAST + " characters", null);
                }
            } catch (IOException e) {
                rules.error(key, String.valueOf(e.getMessage()), null);
            }
        }
        if (srs.domain().isPresent() && srs.secret().isEmpty()) {
            rules.error("srs.domain", "is for rewritten senders, and there is no secret", "add secret = [\"file:…\"]");
        }
    }

    private void checkArc() {
        ForwardingSections.Arc arc = configuration.arc();
        if (arc.seal() && arc.keyDomain().isPresent() && arc.key(configuration).isEmpty()) {
            rules.error(
                    "arc.key-domain",
                    "\"" + arc.keyDomain().get() + "\" has no [[dkim-key]], and no domain above it",
                    "add a [[dkim-key]] with that domain");
        }
    }
}
