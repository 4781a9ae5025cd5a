package org.postrider.server.cli;

import java.util.concurrent.Callable;
import org.postrider.http.DomainViews;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.core.type.TypeReference;

/** {@code domain show}. */
@Command(
        name = "show",
        description = "Shows a domain's keys, how far they are, and the DNS records that it should have.",
        footer = {"", "Exit codes: 0 done, 66 no such domain."})
final class DomainShowCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private Target target = new Target();

    @Parameters(paramLabel = "NAME", description = "The domain, such as example.net.")
    private String name = "";

    @Mixin
    private DomainOutput output = new DomainOutput();

    @Override
    public Integer call() throws CommandFailed {
        DomainViews.View domain = target.client()
                .get("/control/domains/" + ControlClient.encoded(name), new TypeReference<DomainViews.View>() {});
        output.show(spec.commandLine().getOut(), domain);
        return ExitCodes.OK;
    }
}
