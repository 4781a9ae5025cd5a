package org.postrider.server.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.Callable;
import org.postrider.http.ReportViews;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.core.type.TypeReference;

/** {@code report import}. */
@Command(
        name = "import",
        description =
                "Takes in DMARC aggregate reports (XML) and reports on TLS (JSON), also packed with gzip or zip, or whole"
                        + " messages with one.",
        footer = {"", "Exit codes: 0 all were taken or known already, 69 one was refused, 74 no server or no such file."
        })
final class ReportImportCommand implements Callable<Integer> {
    /** As base64 in JSON, what the control interface takes. */
    private static final int OCTETS_MAX = 10 << 20;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private Target target = new Target();

    @Parameters(paramLabel = "FILE", arity = "1..*", description = "Files with a report each.")
    private List<Path> files = new ArrayList<>();

    @Option(names = "--json", description = "What became of each file, as a JSON array.")
    private boolean json;

    /** What became of a file. */
    record Line(String file, ReportViews.Taken taken) {}

    @Override
    public Integer call() throws CommandFailed {
        ControlClient client = target.client();
        List<Line> lines = new ArrayList<>();
        for (Path file : files) {
            ReportViews.Order order = new ReportViews.Order(Base64.getEncoder().encodeToString(content(file)));
            lines.add(new Line(
                    file.toString(),
                    client.post("/control/reports", order, new TypeReference<ReportViews.Taken>() {})));
        }
        if (json) {
            Output.json(spec.commandLine().getOut(), lines);
        } else {
            lines.forEach(this::show);
            spec.commandLine().getOut().flush();
        }
        boolean refused = lines.stream().anyMatch(line -> line.taken().outcome().equals("refused"));
        return refused ? ExitCodes.REFUSED : ExitCodes.OK;
    }

    private static byte[] content(Path file) throws CommandFailed {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] content = in.readNBytes(OCTETS_MAX + 1);
            if (content.length > OCTETS_MAX) {
                throw new CommandFailed(ExitCodes.USAGE, file + " has more than " + OCTETS_MAX + " octets");
            }
            return content;
        } catch (IOException e) {
            throw new CommandFailed(ExitCodes.IO, "cannot read " + file + ": " + e.getMessage());
        }
    }

    private void show(Line line) {
        ReportViews.Taken taken = line.taken();
        String what = switch (taken.outcome()) {
            case "kept" -> taken.messages() + " messages of " + taken.domain() + ", by " + taken.reporter();
            case "kept-tls" -> taken.messages() + " sessions with " + taken.domain() + ", by " + taken.reporter();
            case "known" -> "known already: " + taken.domain() + ", by " + taken.reporter();
            default -> "refused: " + taken.detail();
        };
        spec.commandLine().getOut().println(line.file() + ": " + Output.plain(what));
    }
}
