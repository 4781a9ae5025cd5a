package org.postrider.server.cli;

import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.postrider.http.DomainViews;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.core.type.TypeReference;

/** {@code domain list}. */
@Command(name = "list", description = "Lists the domains of the state database and their keys.")
final class DomainListCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private Target target = new Target();

    @Option(names = "--json", description = "The domains as JSON.")
    private boolean json;

    @Override
    public Integer call() throws CommandFailed {
        List<DomainViews.View> domains =
                target.client().get("/control/domains", new TypeReference<List<DomainViews.View>>() {});
        if (json) {
            Output.json(spec.commandLine().getOut(), domains);
        } else if (domains.isEmpty()) {
            Output.note(spec.commandLine().getErr(), "No domains yet. `postrider domain add NAME` makes keys for one.");
        } else {
            Output.table(
                    spec.commandLine().getOut(),
                    List.of("DOMAIN", "SIGNS WITH", "WAITING", "WITHDRAWN"),
                    domains.stream()
                            .map(domain -> List.of(
                                    domain.name(),
                                    selectors(domain, "active"),
                                    selectors(domain, "published"),
                                    selectors(domain, "withdrawn")))
                            .toList());
        }
        return ExitCodes.OK;
    }

    private static String selectors(DomainViews.View domain, String phase) {
        return domain.keys().stream()
                .filter(key -> key.phase().equals(phase))
                .map(DomainViews.Key::selector)
                .collect(Collectors.joining(", "));
    }
}
