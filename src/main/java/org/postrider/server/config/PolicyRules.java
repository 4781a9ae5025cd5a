package org.postrider.server.config;

import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.postrider.delivery.Route;
import org.postrider.mail.Domain;
import org.postrider.mail.MailboxGrammar;
import org.postrider.mail.Network;
import org.postrider.server.config.PolicySections.Action;
import org.postrider.server.config.PolicySections.Client;
import org.postrider.server.config.PolicySections.ClientAction;
import org.postrider.server.config.PolicySections.DnsList;
import org.postrider.server.config.PolicySections.ListAction;
import org.postrider.server.config.PolicySections.ListKind;
import org.postrider.smtp.client.Protocol;

/** What must hold in the sections that judge mail. */
final class PolicyRules {
    /** What a DNS list puts before its zone: 32 nibbles with their dots. */
    private static final int LISTED_NAME_OCTETS = 64;

    private static final int NAME_OCTETS_MAX = 253;
    private static final Network LIST_ANSWERS = Network.parse("127.0.0.0/8").orElseThrow();

    private final Configuration configuration;
    private final Binder binder;
    private final List<Problem> errors;
    private final List<Problem> warnings;

    PolicyRules(Configuration configuration, Binder binder, List<Problem> errors, List<Problem> warnings) {
        this.configuration = configuration;
        this.binder = binder;
        this.errors = errors;
        this.warnings = warnings;
    }

    void check() {
        for (int i = 0; i < configuration.clients().size(); i++) {
            checkClient(configuration.clients().get(i), "client[" + i + "]");
        }
        for (int i = 0; i < configuration.dnsLists().size(); i++) {
            checkList(configuration.dnsLists().get(i), "dnsbl[" + i + "]");
        }
        for (int i = 0; i < configuration.domains().size(); i++) {
            checkRecipients(configuration.domains().get(i), "domain[" + i + "]");
        }
        checkActions();
        checkScores();
    }

    private void error(String key, String message, @Nullable String suggestion) {
        errors.add(binder.problem(key, message, suggestion));
    }

    private void checkClient(Client client, String key) {
        boolean nobody = client.networks().isEmpty() && client.file().isEmpty();
        if (nobody && !binder.isBad(shown(key) + ".networks") && !binder.isBad(shown(key) + ".file")) {
            error(key, "names no client", "add networks = [\"192.0.2.0/24\"] or file = \"PATH\"");
        }
        client.file()
                .ifPresent(file -> checkEntries(
                        file, key + ".file", entry -> Network.parse(entry).isPresent(), "a network"));
    }

    private void checkEntries(ListFile file, String key, Predicate<String> good, String what) {
        file.entries().stream()
                .filter(good.negate())
                .findFirst()
                .ifPresent(entry -> error(key, "\"" + entry + "\" in " + file.path() + " is not " + what, null));
    }

    private void checkList(DnsList list, String key) {
        if (list.zone().ascii().length() + LISTED_NAME_OCTETS > NAME_OCTETS_MAX) {
            error(key + ".zone", "is too long for the names of IPv6 clients before it", null);
        }
        if (list.codes().isEmpty() && !binder.isBad(shown(key) + ".codes")) {
            error(key + ".codes", "is empty: nobody would be listed", "leave it out for the usual ones");
        }
        for (int i = 0; i < list.codes().size(); i++) {
            Network code = list.codes().get(i);
            if (!LIST_ANSWERS.contains(code.prefix()) || code.bits() < LIST_ANSWERS.bits()) {
                error(key + ".codes[" + i + "]", code + " is no answer of a DNS list", "they lie in 127.0.0.0/8");
            }
        }
        boolean spares = list.action().filter(ListAction.SPARE::equals).isPresent();
        boolean refuses = list.action()
                .filter(action -> action == ListAction.DEFER || action == ListAction.REJECT)
                .isPresent();
        if (list.kind() == ListKind.BLOCK && spares) {
            error(key + ".action", "would spare those whom the list warns of", "add kind = \"allow\"");
        }
        if (list.kind() == ListKind.ALLOW && refuses) {
            error(key + ".action", "would refuse those whom the list vouches for", "\"spare\", \"score\" or \"tag\"");
        }
    }

    private void checkRecipients(Configuration.LocalDomain domain, String key) {
        for (int i = 0; i < domain.recipients().size(); i++) {
            String entry = domain.recipients().get(i);
            if (!entry.equals("*") && !isRecipient(entry, domain.name())) {
                error(key + ".recipients[" + i + "]", notRecipient(entry, domain.name()), null);
            }
        }
        domain.recipientsFile()
                .ifPresent(file -> checkEntries(
                        file,
                        key + ".recipients-file",
                        entry -> isRecipient(entry, domain.name()),
                        "a local part of " + domain.name()));
        if (domain.recipientDelimiter().filter(text -> text.length() != 1).isPresent()) {
            error(key + ".recipient-delimiter", "must be one character", "such as \"+\"");
        }
        boolean asks = domain.verify() == Configuration.Verify.CALL_FORWARD;
        if (asks && domain.deliver().filter(PolicyRules::canBeAsked).isEmpty()) {
            error(
                    key + ".verify",
                    "needs a server that can be asked",
                    "add deliver = \"lmtp:HOST:PORT\" or \"smtp:HOST:PORT\"");
        }
    }

    /** The question is asked in clear text. */
    private static boolean canBeAsked(Route route) {
        return route instanceof Route.Server server && server.protocol() != Protocol.SMTPS;
    }

    private static String notRecipient(String entry, Domain domain) {
        return "\"" + entry + "\" is neither a local part nor an address of " + domain;
    }

    private static boolean isRecipient(String entry, Domain domain) {
        String address = entry.indexOf('@') < 0 ? entry + "@" + domain.ascii() : entry;
        return MailboxGrammar.mailbox(address)
                .filter(mailbox -> mailbox.host().equals(domain))
                .isPresent();
    }

    private void checkActions() {
        if (configuration.sender().lookupFailure() == Action.REJECT) {
            error("sender.lookup-failure", "what is not known now is never refused for good", "write \"defer\"");
        }
        if (configuration.rate().action() == Action.SCORE) {
            error("rate.action", "does not add to a score", "\"tag\", \"defer\" or \"reject\"");
        }
    }

    private void checkScores() {
        PolicySections.Policy policy = configuration.policy();
        boolean weighs = Stream.of(
                                configuration.reverseName().action(),
                                configuration.helo().action(),
                                configuration.sender().missingDomain(),
                                configuration.sender().nullMx(),
                                configuration.sender().lookupFailure())
                        .anyMatch(Action.SCORE::equals)
                || configuration.clients().stream().anyMatch(client -> client.action() == ClientAction.SCORE)
                || configuration.dnsLists().stream()
                        .map(DnsList::action)
                        .flatMap(Optional::stream)
                        .anyMatch(ListAction.SCORE::equals);
        if (weighs && policy.deferScore().isOff() && policy.rejectScore().isOff()) {
            warnings.add(binder.problem(
                    "policy", "scores are counted, and none refuses anything", "set reject-score or defer-score"));
        }
    }

    /** As problems name a key. */
    private static String shown(String key) {
        return key.replaceAll("\\[\\d+]", "");
    }
}
