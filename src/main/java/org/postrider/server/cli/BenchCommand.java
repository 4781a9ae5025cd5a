package org.postrider.server.cli;

import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.postrider.server.config.Size;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code bench}: how much a server takes. */
@Command(
        name = "bench",
        description = "Sends many messages over many connections and measures: the rate, and how long the reply to each"
                + " final dot takes.",
        footer = {"", "Exit codes: 0 all were accepted, 69 some were not, 74 no server."})
final class BenchCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(names = "--server", paramLabel = "HOST:PORT", description = "Default: " + DevCommand.SMTP)
    private String server = DevCommand.SMTP;

    @Option(names = "--connections", paramLabel = "N", description = "At once. Default: 20")
    private int connections = 20;

    @Option(names = "--messages", paramLabel = "N", description = "In all. Default: 10000")
    private int messages = 10_000;

    @Option(names = "--size", paramLabel = "SIZE", description = "Of each message. Default: 10 KiB")
    private String size = "10 KiB";

    @Option(
            names = "--per-connection",
            paramLabel = "N",
            description = "Messages before a connection is closed. Default: 100")
    private int perConnection = 100;

    @Option(names = "--from", paramLabel = "ADDRESS", description = "Default: bench@localhost")
    private String from = "bench@localhost";

    @Option(names = "--to", paramLabel = "ADDRESS", description = "Default: sink@example.net")
    private String to = "sink@example.net";

    @Option(names = "--yes-i-own-it", description = "Needed for a server that is not on this machine.")
    private boolean owned;

    @Option(names = "--json", description = "The result as JSON.")
    private boolean json;

    /** What is measured; times in microseconds. */
    record Result(
            long accepted,
            long refused,
            double seconds,
            double messagesPerSecond,
            double mebibytesPerSecond,
            long replyP50Micros,
            long replyP99Micros,
            long replyMaxMicros,
            @Nullable String firstRefusal) {}

    @Override
    public Integer call() throws CommandFailed, InterruptedException {
        InetSocketAddress address = Submission.address(server);
        if (!address.getAddress().isLoopbackAddress() && !owned) {
            throw new CommandFailed(
                    ExitCodes.USAGE,
                    server + " is not on this machine. A load test of somebody else's server is an attack: say"
                            + " --yes-i-own-it if it is yours.");
        }
        Size each = Size.parse(size)
                .filter(s -> s.octets() >= LoadRun.MESSAGE_OCTETS_MIN && s.octets() <= LoadRun.MESSAGE_OCTETS_MAX)
                .orElseThrow(
                        () -> new CommandFailed(ExitCodes.USAGE, "--size is written like \"10 KiB\": 256 B to 64 MiB"));
        if (connections < 1 || connections > LoadRun.CONNECTIONS_MAX || messages < 1 || perConnection < 1) {
            throw new CommandFailed(
                    ExitCodes.USAGE,
                    "--connections is 1 to " + LoadRun.CONNECTIONS_MAX
                            + ", --messages and --per-connection are at least 1");
        }
        if ((from + to).chars().anyMatch(c -> c <= ' ' || c == '<' || c == '>')) {
            throw new CommandFailed(ExitCodes.USAGE, "--from and --to are addresses");
        }
        LoadRun run = new LoadRun(address, connections, messages, (int) each.octets(), perConnection, from, to);
        Result result = run.run(spec.commandLine().getErr());
        print(result);
        return result.refused == 0 ? ExitCodes.OK : result.accepted == 0 ? ExitCodes.IO : ExitCodes.REFUSED;
    }

    private void print(Result result) {
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            Output.json(out, result);
            return;
        }
        out.printf(
                "%d accepted, %d not, in %.2f s: %.0f messages/s, %.1f MiB/s%n",
                result.accepted, result.refused, result.seconds, result.messagesPerSecond, result.mebibytesPerSecond);
        out.printf(
                "reply to the final dot: p50 %.2f ms, p99 %.2f ms, longest %.2f ms%n",
                result.replyP50Micros / 1e3, result.replyP99Micros / 1e3, result.replyMaxMicros / 1e3);
        if (result.firstRefusal != null) {
            out.println("first refusal: " + Output.plain(result.firstRefusal));
        }
        out.flush();
    }
}
