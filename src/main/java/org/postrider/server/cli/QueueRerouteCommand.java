package org.postrider.server.cli;

import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.postrider.http.ControlViews.Acted;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.core.type.TypeReference;

/** {@code queue reroute}. */
@Command(
        name = "reroute",
        description = "Sends the chosen recipients' mail another way and tries it at once.",
        footer = {"", "Exit codes: 0 done, 66 no such recipients."})
final class QueueRerouteCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private Target target = new Target();

    @Mixin
    private Chosen chosen = new Chosen();

    @ArgGroup(multiplicity = "1")
    private Way way = new Way();

    @Option(names = "--why", paramLabel = "TEXT", description = "The reason, for the journal and the log.")
    private @Nullable String why;

    @Option(names = "--json", description = "The number as JSON.")
    private boolean json;

    private static final class Way {
        @Option(
                names = "--to",
                paramLabel = "ROUTE",
                description = "mx, smtp:HOST:PORT, lmtp:HOST:PORT, hold or discard.")
        private @Nullable String route;

        @Option(names = "--undo", description = "Back to the configured routes.")
        private boolean undo;
    }

    @Override
    public Integer call() throws CommandFailed {
        Acted acted = target.client()
                .post(
                        "/control/queue/reroute",
                        chosen.order(way.undo ? null : way.route, why),
                        new TypeReference<Acted>() {});
        return QueueActionCommand.told(spec, acted, json, "reroute");
    }
}
