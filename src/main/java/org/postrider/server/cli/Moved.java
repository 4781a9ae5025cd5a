package org.postrider.server.cli;

import picocli.CommandLine.Model.CommandSpec;

/** What {@code --json} prints after an export or an import. */
record Moved(long messages, String archive) {
    static void print(CommandSpec spec, Moved moved, String done, boolean json) {
        if (json) {
            Output.json(spec.commandLine().getOut(), moved);
        } else {
            spec.commandLine().getOut().println(done + " " + moved.messages + " messages: " + moved.archive);
            spec.commandLine().getOut().flush();
        }
    }
}
