package org.postrider.server.cli;

import java.io.PrintWriter;
import java.net.URI;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.postrider.domain.CheckResult;
import org.postrider.domain.IdentityCheck;
import org.postrider.domain.ReputationCheck;
import org.postrider.domain.ResolverCheck;
import org.postrider.http.DomainViews;
import org.postrider.mail.Domain;
import org.postrider.server.cli.CheckReport.Group;
import org.postrider.server.config.AuthenticitySections;
import org.postrider.server.config.Configuration;
import org.postrider.server.config.PolicySections;
import org.postrider.state.StateDatabase;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.core.type.TypeReference;

/** {@code doctor}: what keeps mail from going well here. */
@Command(
        name = "doctor",
        description = {
            "Checks this host and its clock, its name in the DNS, its name servers, whether strangers may relay, whether DNS"
                    + " lists list our addresses, and every domain of the configuration and of the running server.",
            "Each is shown as found, with what is wanted, why, and what to do. It sends no mail and changes nothing."
        },
        footer = {"", "Exit codes: 0 all well, 1 warnings, 2 errors, or something could not be found out."})
final class DoctorCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private Target target = new Target();

    @Option(names = "--json", description = "The results as JSON.")
    private boolean json;

    @Override
    public Integer call() throws CommandFailed {
        Configuration configuration = target.configuration()
                .orElseThrow(() -> new CommandFailed(
                        ExitCodes.USAGE, "the configuration tells what is wanted: name it with --config"));
        @Nullable ControlClient server = server();
        DomainExamination examination = new DomainExamination(configuration);
        List<Group> groups = new ArrayList<>();
        groups.add(new Group("host", new HostCheck(configuration, server != null).check()));
        groups.add(new Group("dns", resolver(configuration, examination)));
        groups.add(new Group("identity", new IdentityCheck(examination.resolver(), configuration.hostname()).check()));
        groups.add(new Group("open-relay", new OpenRelayCheck(configuration).check()));
        groups.add(new Group("clock", clock(configuration).check()));
        groups.add(new Group("reputation", reputation(configuration, examination)));
        for (Domain domain : domains(configuration, server)) {
            List<DomainViews.Key> kept = server == null ? List.of() : DomainCheckCommand.look(server, domain);
            groups.add(new Group("domain " + domain, examination.check(domain, kept)));
        }
        show(groups);
        return CheckReport.exitCode(
                groups.stream().flatMap(group -> group.checks().stream()).toList());
    }

    private void show(List<Group> groups) {
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            Output.json(out, groups);
            return;
        }
        for (Group group : groups) {
            out.println("== " + group.name());
            CheckReport.show(out, group.checks());
            out.println();
        }
        out.flush();
    }

    /** The running server, {@code null} where there is none. */
    private @Nullable ControlClient server() {
        try {
            ControlClient client = target.client();
            List<DomainViews.View> answered =
                    client.get("/control/domains", new TypeReference<List<DomainViews.View>>() {});
            Output.note(
                    spec.commandLine().getErr(),
                    "A server runs, with " + answered.size() + " domains in its state database.");
            return client;
        } catch (CommandFailed failed) {
            Output.note(
                    spec.commandLine().getErr(),
                    "No server answers: what it alone knows is not checked. " + failed.getMessage());
            return null;
        }
    }

    private static List<CheckResult> resolver(Configuration configuration, DomainExamination examination) {
        boolean validates = configuration.dns().trustAd()
                || configuration.dns().trustAnchors().isPresent();
        return new ResolverCheck(examination.resolver(), examination.resolver().servers(), validates)
                .check(configuration.dnsLists().stream()
                        .map(PolicySections.DnsList::zone)
                        .toList());
    }

    private static ClockCheck clock(Configuration configuration) {
        Optional<URI> teller = configuration.acme().isOn()
                ? Optional.of(URI.create(configuration.acme().directory()))
                : Optional.empty();
        return new ClockCheck(
                new ClockCheck.Places(
                        configuration.dataDir().resolve(StateDatabase.FILE), teller, ClockCheck.SYNCHRONIZED),
                InstantSource.system());
    }

    private static List<CheckResult> reputation(Configuration configuration, DomainExamination examination) {
        return new ReputationCheck(examination.resolver())
                .check(
                        PublicAddresses.of(configuration.hostname(), examination.resolver()),
                        configuration.dnsLists().stream()
                                .filter(list -> list.kind() == PolicySections.ListKind.BLOCK)
                                .map(list -> new ReputationCheck.ListOfBad(list.zone(), list.codes()))
                                .toList());
    }

    private static Set<Domain> domains(Configuration configuration, @Nullable ControlClient server)
            throws CommandFailed {
        Set<Domain> domains = new LinkedHashSet<>();
        configuration.domains().forEach(local -> domains.add(local.name()));
        configuration.dkimKeys().stream()
                .map(AuthenticitySections.DkimKey::domain)
                .forEach(domains::add);
        if (server != null) {
            server.get("/control/domains", new TypeReference<List<DomainViews.View>>() {}).stream()
                    .map(view -> Domain.parse(view.name()))
                    .flatMap(Optional::stream)
                    .forEach(domains::add);
        }
        return domains;
    }
}
