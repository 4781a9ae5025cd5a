package org.postrider.server.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code spool} and what is below it: work on the spool of a server that is stopped. */
@Command(
        name = "spool",
        description = "Checks a stopped server's spool, takes its mail out, and puts mail in.",
        synopsisSubcommandLabel = "COMMAND")
final class SpoolCommand implements Runnable {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }
}
