package org.postrider.server.cli;

import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.postrider.http.ControlViews.Acted;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.core.type.TypeReference;

/** {@code queue retry}, {@code hold}, {@code release} and {@code remove}. */
@Command(
        description = "Does it with the chosen recipients and says with how many. Who did it and why is kept.",
        footer = {"", "Exit codes: 0 done, 64 without --why where it is needed, 66 no such recipients."})
final class QueueActionCommand implements Callable<Integer> {
    private final String action;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private Target target = new Target();

    @Mixin
    private Chosen chosen = new Chosen();

    @Option(
            names = "--why",
            paramLabel = "TEXT",
            description = "The reason, for the journal and the log. `remove` needs one: it loses mail.")
    private @Nullable String why;

    @Option(names = "--json", description = "The number as JSON.")
    private boolean json;

    QueueActionCommand(String action) {
        this.action = action;
    }

    @Override
    public Integer call() throws CommandFailed {
        if (action.equals("remove") && (why == null || why.isBlank())) {
            throw new CommandFailed(
                    ExitCodes.USAGE, "remove loses mail and tells nobody: say why, for the log, with --why TEXT");
        }
        Acted acted = target.client()
                .post("/control/queue/" + action, chosen.order(null, why), new TypeReference<Acted>() {});
        return told(spec, acted, json, action);
    }

    static int told(CommandSpec spec, Acted acted, boolean json, String action) {
        if (json) {
            Output.json(spec.commandLine().getOut(), acted);
        } else {
            spec.commandLine().getOut().println(action + ": " + acted.recipients() + " recipients");
        }
        return acted.recipients() > 0 ? ExitCodes.OK : ExitCodes.NOT_FOUND;
    }
}
