package org.postrider.server.cli;

import java.util.concurrent.Callable;
import org.postrider.http.ControlViews.Reload;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.core.type.TypeReference;

/** {@code reload}. */
@Command(
        name = "reload",
        description = "Makes a running server read its configuration again, as SIGHUP does. A bad one changes nothing.",
        footer = {"", "Exit codes: 0 taken over, 78 not valid."})
final class ReloadCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private Target target = new Target();

    @Option(names = "--json", description = "The result as JSON.")
    private boolean json;

    @Override
    public Integer call() throws CommandFailed {
        Reload reload = target.client().post("/control/reload", null, new TypeReference<Reload>() {});
        if (json) {
            Output.json(spec.commandLine().getOut(), reload);
        } else {
            reload.remarks().forEach(remark -> spec.commandLine().getErr().println(Output.plain(remark)));
            spec.commandLine()
                    .getOut()
                    .println(
                            reload.done()
                                    ? "The new configuration is in force."
                                    : "The old configuration stays in force.");
        }
        return reload.done() ? ExitCodes.OK : ExitCodes.CONFIGURATION;
    }
}
