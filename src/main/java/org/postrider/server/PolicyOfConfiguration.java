package org.postrider.server;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.postrider.delivery.ConfiguredTls;
import org.postrider.delivery.Route;
import org.postrider.mail.Ascii;
import org.postrider.mail.Domain;
import org.postrider.mail.MailboxGrammar;
import org.postrider.mail.Network;
import org.postrider.policy.Action;
import org.postrider.policy.Check;
import org.postrider.policy.NetworkSet;
import org.postrider.policy.PolicySettings;
import org.postrider.policy.Response;
import org.postrider.policy.Stage;
import org.postrider.server.config.Configuration;
import org.postrider.server.config.Limit;
import org.postrider.server.config.ListFile;
import org.postrider.server.config.PolicySections;

/** What the configuration means for {@code policy}. */
final class PolicyOfConfiguration {
    private static final String ANYBODY = "*";

    private final Configuration configuration;

    PolicyOfConfiguration(Configuration configuration) {
        this.configuration = configuration;
    }

    PolicySettings settings() {
        PolicySections.Policy policy = configuration.policy();
        PolicySections.Helo helo = configuration.helo();
        PolicySections.CallForward callForward = configuration.callForward();
        PolicySections.Tarpit tarpit = configuration.tarpit();
        Set<Domain> local = new HashSet<>();
        configuration.domains().forEach(domain -> local.add(domain.name()));
        configuration.forwards().forEach(forward -> Domain.parse(forward.from()).ifPresent(local::add));
        return new PolicySettings(
                policy.enforce(),
                policy.header(),
                Stage.valueOf(policy.stage().name()),
                policy.order().stream()
                        .map(check -> Check.valueOf(check.name()))
                        .toList(),
                policy.patience(),
                configuration.hostname(),
                local,
                scores(),
                configuration.clients().stream()
                        .map(PolicyOfConfiguration::client)
                        .toList(),
                configuration.dnsLists().stream()
                        .map(PolicyOfConfiguration::list)
                        .toList(),
                response(
                        configuration.reverseName().action(),
                        configuration.reverseName().weight()),
                new PolicySettings.Helo(response(helo.action(), helo.weight()), helo.mustResolve()),
                sender(configuration.sender()),
                recipients(),
                new PolicySettings.CallForward(
                        callForward.timeout(),
                        callForward.positiveTtl(),
                        callForward.negativeTtl(),
                        callForward.entries()),
                greylist(configuration.greylist()),
                rates(configuration.rate()),
                new PolicySettings.Tarpit(tarpit.delay(), tarpit.delayMax(), tarpit.sessions()));
    }

    PolicySettings.Scores scores() {
        PolicySections.Policy policy = configuration.policy();
        return new PolicySettings.Scores(
                policy.deferScore().max(), policy.rejectScore().max());
    }

    private static Response response(PolicySections.Action action, int weight) {
        return new Response(Action.valueOf(action.name()), weight);
    }

    private static PolicySettings.ClientRule client(PolicySections.Client client) {
        List<Network> networks = new ArrayList<>(client.networks());
        client.file().map(ListFile::entries).stream()
                .flatMap(List::stream)
                .map(Network::parse)
                .forEach(network -> networks.add(network.orElseThrow()));
        Action action = switch (client.action()) {
            case ALLOW -> Action.OFF;
            case TAG -> Action.TAG;
            case SCORE -> Action.SCORE;
            case DEFER -> Action.DEFER;
            case REJECT -> Action.REJECT;
        };
        return new PolicySettings.ClientRule(
                new NetworkSet(networks),
                client.action() == PolicySections.ClientAction.ALLOW,
                new Response(action, client.weight()),
                client.reply().orElse(null));
    }

    private static PolicySettings.DnsList list(PolicySections.DnsList list) {
        boolean good = list.kind() == PolicySections.ListKind.ALLOW;
        PolicySections.ListAction action =
                list.action().orElse(good ? PolicySections.ListAction.SPARE : PolicySections.ListAction.REJECT);
        Action does = switch (action) {
            case TAG, SPARE -> Action.TAG;
            case SCORE -> Action.SCORE;
            case DEFER -> Action.DEFER;
            case REJECT -> Action.REJECT;
        };
        return new PolicySettings.DnsList(
                list.zone(),
                good,
                list.codes(),
                new Response(does, list.weight()),
                action == PolicySections.ListAction.SPARE,
                list.reply().orElse(null));
    }

    private static PolicySettings.Sender sender(PolicySections.Sender sender) {
        return new PolicySettings.Sender(
                response(sender.missingDomain(), sender.weight()),
                response(sender.nullMx(), sender.weight()),
                response(sender.lookupFailure(), sender.weight()));
    }

    private Map<Domain, PolicySettings.Recipients> recipients() {
        Map<Domain, PolicySettings.Recipients> recipients = new HashMap<>();
        configuration.domains().forEach(domain -> recipients.put(domain.name(), recipients(domain)));
        return recipients;
    }

    /** Whoever names a file, or a server to be asked, and leaves {@code recipients} out, does not mean everybody. */
    private static PolicySettings.Recipients recipients(Configuration.LocalDomain domain) {
        PolicySettings.@Nullable NextHop ask = domain.verify() == Configuration.Verify.CALL_FORWARD
                ? domain.deliver().map(PolicyOfConfiguration::server).orElse(null)
                : null;
        Set<String> names = new HashSet<>();
        List<String> listed = new ArrayList<>(domain.recipients());
        domain.recipientsFile().ifPresent(file -> {
            listed.remove(ANYBODY);
            listed.addAll(file.entries());
        });
        listed.stream().filter(entry -> !entry.equals(ANYBODY)).forEach(entry -> names.add(localPart(entry, domain)));
        Optional<Character> delimiter = domain.recipientDelimiter().map(text -> text.charAt(0));
        return new PolicySettings.Recipients(
                names, ask == null && listed.contains(ANYBODY), delimiter.orElse(null), ask);
    }

    private static String localPart(String entry, Configuration.LocalDomain domain) {
        String address = entry.indexOf('@') < 0 ? entry + "@" + domain.name().ascii() : entry;
        return Ascii.lower(MailboxGrammar.mailbox(address).orElseThrow().localPart());
    }

    private static PolicySettings.@Nullable NextHop server(Route route) {
        return route instanceof Route.Server server
                ? new PolicySettings.NextHop(
                        server.protocol(), server.host(), server.port(), ConfiguredTls.usual(server))
                : null;
    }

    private static PolicySettings.Greylist greylist(PolicySections.Greylist greylist) {
        Limit allowAfter = greylist.allowAfter();
        return new PolicySettings.Greylist(
                switch (greylist.action()) {
                    case OFF -> Action.OFF;
                    case TAG -> Action.TAG;
                    case DEFER -> Action.DEFER;
                },
                greylist.onlySuspects(),
                greylist.delay(),
                greylist.window(),
                greylist.lifetime(),
                allowAfter.isOff() ? Optional.empty() : Optional.of(allowAfter.max()));
    }

    private static PolicySettings.Rates rates(PolicySections.Rate rate) {
        List<PolicySettings.Rate> all = new ArrayList<>();
        Duration minute = Duration.ofMinutes(1);
        Duration hour = Duration.ofHours(1);
        add(all, PolicySettings.Counted.CONNECTIONS, rate.connectionsPerMinute(), minute);
        add(all, PolicySettings.Counted.CONNECTIONS, rate.connectionsPerHour(), hour);
        add(all, PolicySettings.Counted.MESSAGES, rate.messagesPerMinute(), minute);
        add(all, PolicySettings.Counted.MESSAGES, rate.messagesPerHour(), hour);
        add(all, PolicySettings.Counted.RECIPIENTS, rate.recipientsPerMinute(), minute);
        add(all, PolicySettings.Counted.RECIPIENTS, rate.recipientsPerHour(), hour);
        return new PolicySettings.Rates(all, rate.networkFactor(), response(rate.action(), 0));
    }

    private static void add(
            List<PolicySettings.Rate> all, PolicySettings.Counted counted, Limit limit, Duration period) {
        if (!limit.isOff()) {
            all.add(new PolicySettings.Rate(counted, limit.max(), period));
        }
    }
}
