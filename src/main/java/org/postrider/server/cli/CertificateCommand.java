package org.postrider.server.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code certificate}: what the server shows to its clients. */
@Command(
        name = "certificate",
        description = "Shows the certificates of a running server.",
        synopsisSubcommandLabel = "COMMAND")
final class CertificateCommand implements Runnable {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }
}
