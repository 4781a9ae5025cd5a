package org.postrider.server.cli;

import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.postrider.feedback.ReportSummary;
import org.postrider.feedback.TlsSummary;
import org.postrider.http.ReportViews;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.core.type.TypeReference;

/** {@code report show}. */
@Command(
        name = "show",
        description =
                "Shows who sends mail in your domains' names, what of it passes and what fails, and how others fare with your TLS.")
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

    @Option(
            names = "--all",
            description = "Count the reports, too, whose mail was not authentic: anybody can have sent them.")
    private boolean all;

    @Option(names = "--json", description = "As a JSON object.")
    private boolean json;

    @Override
    public Integer call() throws CommandFailed {
        if (days < 1 || days > 400) {
            throw new CommandFailed(ExitCodes.USAGE, "--days is 1 to 400");
        }
        String query = domain == null ? "" : "&domain=" + ControlClient.encoded(domain);
        ReportViews.Summaries summaries = target.client()
                .get(
                        "/control/reports?days=" + days + "&all=" + all + query,
                        new TypeReference<ReportViews.Summaries>() {});
        if (json) {
            Output.json(spec.commandLine().getOut(), summaries);
        } else if (summaries.dmarc().isEmpty() && summaries.tls().isEmpty()) {
            Output.note(
                    spec.commandLine().getErr(),
                    "No reports of these days. `postrider report import FILE` takes some in, and so does the mail to"
                            + " `[report] intake`.");
        } else {
            summaries.dmarc().forEach(this::show);
            summaries.tls().forEach(this::show);
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
        tellUnauthenticated(summary.unauthenticated());
        if (summary.reports() == 0) {
            return;
        }
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

    private void show(TlsSummary summary) {
        PrintWriter out = spec.commandLine().getOut();
        out.printf(
                "TLS to %s: %d reports, by %s%n%n",
                Output.plain(summary.domain()), summary.reports(), reporters(summary.reporters()));
        tellUnauthenticated(summary.unauthenticated());
        if (summary.reports() == 0) {
            return;
        }
        Output.table(
                out,
                List.of("POLICY", "SESSIONS", "FAILED"),
                summary.policies().stream()
                        .map(policy -> List.of(
                                policy.type(),
                                String.valueOf(policy.successful() + policy.failed()),
                                String.valueOf(policy.failed())))
                        .toList());
        if (!summary.failures().isEmpty()) {
            out.println();
            Output.table(
                    out,
                    List.of("FAILURE", "HOST", "SESSIONS", "REASON"),
                    summary.failures().stream()
                            .map(failure -> List.of(
                                    failure.type(),
                                    failure.host(),
                                    String.valueOf(failure.sessions()),
                                    failure.reason()))
                            .toList());
        }
        if (summary.leftOut() > 0) {
            out.println("and " + summary.leftOut() + " sessions that failed in further ways");
        }
        out.println();
        out.flush();
    }

    private void tellUnauthenticated(int reports) {
        if (reports > 0) {
            String what = all
                    ? " of these reports came in mail that was not authentic: they may be forged."
                    : " more reports came in mail that was not authentic; --all counts them, too.";
            spec.commandLine().getOut().println(reports + what + System.lineSeparator());
            spec.commandLine().getOut().flush();
        }
    }

    private static List<String> row(ReportSummary.Source source) {
        return List.of(
                source.address(),
                String.valueOf(source.messages()),
                String.valueOf(source.passed()),
                String.valueOf(source.messages() - source.passed()),
                String.valueOf(source.dkim()),
                String.valueOf(source.spf()),
                String.valueOf(source.stopped()),
                reporters(source.reporters()));
    }

    private static String reporters(List<String> all) {
        int more = all.size() - REPORTERS_SHOWN;
        String some = Output.plain(String.join(", ", all.subList(0, Math.min(REPORTERS_SHOWN, all.size()))));
        return more > 0 ? some + " and " + more + " more" : some;
    }
}
