package org.postrider.server.cli;

import java.util.concurrent.Callable;
import org.postrider.http.DomainViews;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.core.type.TypeReference;

/** {@code domain remove}. */
@Command(
        name = "remove",
        description =
                "Forgets a domain and its keys. Leave their records in the DNS for a week: what was signed is still on"
                        + " its way.",
        footer = {"", "Exit codes: 0 done, 66 no such domain."})
final class DomainRemoveCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private Target target = new Target();

    @Parameters(paramLabel = "NAME", description = "The domain, such as example.net.")
    private String name = "";

    @Option(names = "--json", description = "The result as JSON.")
    private boolean json;

    @Override
    public Integer call() throws CommandFailed {
        DomainViews.Changed changed = target.client()
                .post(
                        "/control/domains/remove",
                        new DomainViews.Order(name, false),
                        new TypeReference<DomainViews.Changed>() {});
        if (json) {
            Output.json(spec.commandLine().getOut(), changed);
        } else {
            spec.commandLine().getOut().println("remove: " + Output.plain(changed.name()));
        }
        return ExitCodes.OK;
    }
}
