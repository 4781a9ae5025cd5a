package org.postrider.server.cli;

import java.util.concurrent.Callable;
import org.postrider.http.ControlViews.MessageView;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.core.type.TypeReference;

/** {@code queue show}. */
@Command(name = "show", description = "Shows one message: its envelope, its recipients and what happened to each.")
final class QueueShowCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private Target target = new Target();

    @Parameters(paramLabel = "ID", description = "The queue id.")
    private String id = "";

    @Option(names = "--json", description = "As JSON.")
    private boolean json;

    @Override
    public Integer call() throws CommandFailed {
        MessageView message = target.client()
                .get("/control/message/" + ControlClient.encoded(id), new TypeReference<MessageView>() {});
        if (json) {
            Output.json(spec.commandLine().getOut(), message);
        } else {
            Story.print(spec.commandLine().getOut(), message, _ -> true);
        }
        return ExitCodes.OK;
    }
}
