package org.postrider.server.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code domain}: in whose names the server signs. */
@Command(
        name = "domain",
        description =
                "Shows the domains that a running server signs for, makes their keys, and checks their DNS records.",
        synopsisSubcommandLabel = "COMMAND")
final class DomainCommand implements Runnable {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }
}
