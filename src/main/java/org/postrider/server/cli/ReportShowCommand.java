package org.postrider.server.cli;

import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.postrider.feedback.ReportSummary;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.core.type.TypeReference;

/** {@code report show}. */
@Command(name = "show", description = "Shows who sends mail in your domains' names, what of it passes, and what fails.")
final class ReportShowCommand implements Callable<Integer> {
    private static final int REPORTERS_SHOWN = 3;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private Target target = new Target();

    @Option(
            names = "--domain",
            paramLabel = "DOMAIN",
            description = "Only this domain, or those that its record holds for.")
    private @Nullable String domain;

    @Option(names = "--days", paramLabel = "N", description = "Of the last so many days, 1 to 400. Default: 7")
    private int days = 7;

    @Option(names = "--json", description = "As a JSON array.")
    private boolean json;

    @Override
    public Integer call() throws CommandFailed {
        if (days < 1 || days > 400) {
            throw new CommandFailed(ExitCodes.USAGE, "--days is 1 to 400");
        }
        String query = domain == null ? "" : "&domain=" + ControlClient.encoded(domain);
        List<ReportSummary> summaries = target.client()
                .get("/control/reports?days=" + days + query, new TypeReference<List<ReportSummary>>() {});
        if (json) {
            Output.json(spec.commandLine().getOut(), summaries);
        } else if (summaries.isEmpty()) {
            Output.note(
                    spec.commandLine().getErr(),
                    "No reports of these days. `postrider report import FILE` takes some in.");
        } else {
            summaries.forEach(this::show);
        }
        return ExitCodes.OK;
    }

    private void show(ReportSummary summary) {
        PrintWriter out = spec.commandLine().getOut();
        out.printf(
                "%s: %d messages in %d reports, %d passed, %d failed%n%n",
                Output.plain(summary.domain()),
                summary.messages(),
                summary.reports(),
                summary.passed(),
                summary.messages() - summary.leftOut() - summary.passed());
        Output.table(
                out,
                List.of("SOURCE", "MESSAGES", "PASSED", "FAILED", "DKIM", "SPF", "STOPPED", "SEEN BY"),
                summary.sources().stream().map(ReportShowCommand::row).toList());
        if (summary.leftOut() > 0) {
            out.println("and " + summary.leftOut() + " messages of further sources");
        }
        out.println();
        out.flush();
    }

    private static List<String> row(ReportSummary.Source source) {
        int more = source.reporters().size() - REPORTERS_SHOWN;
        String reporters = String.join(
                ", ",
                source.reporters()
                        .subList(0, Math.min(REPORTERS_SHOWN, source.reporters().size())));
        return List.of(
                source.address(),
                String.valueOf(source.messages()),
                String.valueOf(source.passed()),
                String.valueOf(source.messages() - source.passed()),
                String.valueOf(source.dkim()),
                String.valueOf(source.spf()),
                String.valueOf(source.stopped()),
                more > 0 ? reporters + " and " + more + " more" : reporters);
    }
}
