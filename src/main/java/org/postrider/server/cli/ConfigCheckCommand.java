package org.postrider.server.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.postrider.server.config.ConfigurationFile;
import org.postrider.server.config.Problem;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code config check}: all errors at once, before a server has to live with them. */
@Command(
        name = "check",
        description = "Reads a configuration as the server would, and lists all that is wrong with it.",
        footer = {"", "Exit codes: 0 valid, 78 not valid."})
final class ConfigCheckCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Parameters(arity = "0..1", paramLabel = "FILE", description = "Default: ./postrider.toml")
    private Path file = Path.of("postrider.toml");

    @Option(names = "--json", description = "The result as JSON.")
    private boolean json;

    /**
     * What {@code --json} prints.
     */
    record Checked(boolean valid, List<Problem> errors, List<Problem> warnings) {}

    @Override
    public Integer call() throws CommandFailed {
        PrintWriter out = spec.commandLine().getOut();
        return switch (ConfigurationFile.read(file)) {
            case ConfigurationFile.Result.Valid valid -> {
                if (json) {
                    Output.json(out, new Checked(true, List.of(), valid.warnings()));
                } else {
                    valid.warnings().forEach(warning -> out.println("warning: " + Output.plain(warning.text())));
                    out.println(file + " is valid.");
                    out.flush();
                }
                yield ExitCodes.OK;
            }
            case ConfigurationFile.Result.Invalid invalid -> {
                if (!json) {
                    throw invalid(invalid.problems());
                }
                Output.json(out, new Checked(false, invalid.problems(), List.of()));
                yield ExitCodes.CONFIGURATION;
            }
        };
    }

    static CommandFailed invalid(List<Problem> problems) {
        StringBuilder text = new StringBuilder("the configuration is not valid (")
                .append(problems.size())
                .append(problems.size() == 1 ? " error):" : " errors):");
        problems.forEach(problem -> text.append('\n').append(Output.plain(problem.text())));
        return new CommandFailed(ExitCodes.CONFIGURATION, text.toString());
    }
}
