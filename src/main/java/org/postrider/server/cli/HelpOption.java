package org.postrider.server.cli;

import picocli.CommandLine.Option;

/** What every command understands. */
final class HelpOption {
    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Shows this.")
    private boolean help;

    boolean asked() {
        return help;
    }
}
