package org.postrider.server.cli;

import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import org.postrider.http.ControlViews.Summary;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.core.type.TypeReference;

/** {@code queue summary}. */
@Command(name = "summary", description = "Counts recipients by where they wait, and shows each site.")
final class QueueSummaryCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private Target target = new Target();

    @Option(names = "--json", description = "As JSON.")
    private boolean json;

    @Override
    public Integer call() throws CommandFailed {
        Summary summary = target.client().get("/control/summary", new TypeReference<Summary>() {});
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            Output.json(out, summary);
            return ExitCodes.OK;
        }
        out.printf(
                "%d messages; recipients: %d scheduled, %d ready, %d attempting, %d held%n",
                summary.messages(), summary.scheduled(), summary.ready(), summary.attempting(), summary.held());
        if (!summary.sites().isEmpty()) {
            out.println();
            List<List<String>> rows = summary.sites().stream()
                    .map(site -> List.of(
                            site.site(),
                            String.valueOf(site.ready()),
                            site.attempting() + " of " + site.window(),
                            site.pausedUntil() == null
                                    ? "-"
                                    : site.pausedUntil().toString(),
                            site.lastReply() == null ? "" : site.lastReply()))
                    .toList();
            Output.table(out, List.of("SITE", "READY", "ATTEMPTING", "PAUSED UNTIL", "LAST REPLY"), rows);
        }
        out.flush();
        return ExitCodes.OK;
    }
}
