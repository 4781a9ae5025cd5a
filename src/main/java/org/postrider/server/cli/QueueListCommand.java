package org.postrider.server.cli;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.postrider.http.ControlViews.QueueLine;
import org.postrider.http.ControlViews.QueuePage;
import org.postrider.server.config.DurationText;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.core.type.TypeReference;

/** {@code queue list}. */
@Command(name = "list", description = "Lists queued recipients, the oldest message first, and what each waits for.")
final class QueueListCommand implements Callable<Integer> {
    private static final int PAGE = 500;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private Target target = new Target();

    @Mixin
    private Chosen chosen = new Chosen();

    @Option(
            names = "--limit",
            paramLabel = "N",
            description = "Ends with the message that reaches so many recipients. Default: 1000")
    private int limit = 1_000;

    @Option(names = "--after", paramLabel = "ID", description = "Goes on behind this message.")
    private @Nullable String start;

    @Option(names = "--json", description = "As a JSON array.")
    private boolean json;

    @Override
    public Integer call() throws CommandFailed {
        if (limit < 1) {
            throw new CommandFailed(ExitCodes.USAGE, "--limit is at least 1");
        }
        ControlClient client = target.client();
        List<QueueLine> lines = new ArrayList<>();
        String after = start;
        do {
            String from = after == null ? "" : "&after=" + ControlClient.encoded(after);
            QueuePage page = client.get(
                    "/control/queue?limit=" + PAGE + chosen.query() + from, new TypeReference<QueuePage>() {});
            lines.addAll(page.recipients());
            after = page.after();
        } while (after != null && lines.size() < limit);
        List<QueueLine> shown = wholeMessages(lines);
        if (json) {
            Output.json(spec.commandLine().getOut(), shown);
        } else {
            table(shown);
        }
        String last = shown.size() < lines.size() ? shown.getLast().id() : after;
        if (last != null) {
            Output.note(spec.commandLine().getErr(), "There are more: --after " + last + " goes on.");
        }
        return ExitCodes.OK;
    }

    /** Up to the limit, then on to the end of that message, so that {@code --after} it leaves nobody out. */
    private List<QueueLine> wholeMessages(List<QueueLine> lines) {
        int end = Math.min(limit, lines.size());
        while (end > 0
                && end < lines.size()
                && lines.get(end).id().equals(lines.get(end - 1).id())) {
            end++;
        }
        return lines.subList(0, end);
    }

    private void table(List<QueueLine> lines) {
        if (lines.isEmpty()) {
            spec.commandLine().getErr().println("The queue has no such recipients.");
            return;
        }
        Instant now = Instant.now();
        List<List<String>> rows = lines.stream()
                .map(line -> List.of(
                        line.id(),
                        line.arrived() == null ? "" : age(Duration.between(line.arrived(), now)),
                        String.valueOf(line.octets()),
                        line.from().isEmpty() ? "<>" : line.from(),
                        line.to(),
                        line.place(),
                        String.valueOf(line.attempts()),
                        wait(line.until(), now),
                        line.last() == null ? line.because() : line.because() + "; last: " + line.last()))
                .toList();
        Output.table(
                spec.commandLine().getOut(),
                List.of("ID", "AGE", "OCTETS", "FROM", "TO", "PLACE", "TRIES", "IN", "BECAUSE"),
                rows);
    }

    private static String wait(@Nullable Instant until, Instant now) {
        return until == null ? "-" : age(Duration.between(now, until));
    }

    /** To the second under an hour, to the minute beyond. */
    static String age(Duration duration) {
        Duration positive = duration.isNegative() ? Duration.ZERO : duration;
        long unit = positive.toHours() > 0 ? 60 : 1;
        return DurationText.text(Duration.ofSeconds(positive.toSeconds() / unit * unit));
    }
}
