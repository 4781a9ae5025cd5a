package org.postrider.server.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code report}: what receivers tell of mail in our domains' names. */
@Command(
        name = "report",
        description =
                "Takes in the reports on DMARC and TLS that others send, and shows who sends mail in your domains' names.",
        synopsisSubcommandLabel = "COMMAND")
final class ReportCommand implements Runnable {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }
}
