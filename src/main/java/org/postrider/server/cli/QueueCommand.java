package org.postrider.server.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code queue}: what waits, and what is to become of it. */
@Command(
        name = "queue",
        description = "Shows the queue of a running server and changes it.",
        synopsisSubcommandLabel = "COMMAND")
final class QueueCommand implements Runnable {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }
}
