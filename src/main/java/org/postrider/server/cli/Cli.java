package org.postrider.server.cli;

import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The command {@code postrider} and all below it. */
@Command(
        name = "postrider",
        description = "An SMTP server: mail exchanger, submission server, relay and bulk sender.",
        synopsisSubcommandLabel = "COMMAND",
        footer = {
            "",
            "Begin with `postrider dev`: it captures all mail on 127.0.0.1:1025 and shows it at"
                    + " http://127.0.0.1:8025/.",
            "Exit codes: 0 done, 1 damage or warnings found, 2 errors found, 64 usage, 66 not found, 69 refused, 70 our error, 74 unreachable, 75"
                    + " deferred, 78 configuration."
        })
public final class Cli implements Runnable {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    private Cli() {}

    /**
     * Runs one command to its end.
     *
     * @param more further commands, annotated for picocli
     * @return the exit code
     */
    public static int run(String[] arguments, ServerStarter starter, Object... more) {
        CommandLine line = commandLine(starter);
        for (Object command : more) {
            line.addSubcommand(command);
        }
        return configured(line).execute(arguments);
    }

    /** The same, for tests: what the command prints goes to these. */
    static int run(PrintWriter out, PrintWriter err, ServerStarter starter, String... arguments) {
        return configured(commandLine(starter)).setOut(out).setErr(err).execute(arguments);
    }

    static CommandLine commandLine(ServerStarter starter) {
        return new CommandLine(new Cli())
                .addSubcommand(new DevCommand(starter))
                .addSubcommand(new ServeCommand(starter))
                .addSubcommand(new SendCommand())
                .addSubcommand(new CommandLine(new QueueCommand())
                        .addSubcommand(new QueueListCommand())
                        .addSubcommand(new QueueShowCommand())
                        .addSubcommand(new QueueSummaryCommand())
                        .addSubcommand("retry", new QueueActionCommand("retry"))
                        .addSubcommand("hold", new QueueActionCommand("hold"))
                        .addSubcommand("release", new QueueActionCommand("release"))
                        .addSubcommand("remove", new QueueActionCommand("remove"))
                        .addSubcommand("reroute", new QueueRerouteCommand()))
                .addSubcommand(new ExplainCommand())
                .addSubcommand(new CommandLine(new ConfigCommand()).addSubcommand(new ConfigCheckCommand()))
                .addSubcommand(new CommandLine(new SpoolCommand())
                        .addSubcommand(new SpoolFsckCommand())
                        .addSubcommand(new SpoolExportCommand())
                        .addSubcommand(new SpoolImportCommand()))
                .addSubcommand(new CommandLine(new UserCommand())
                        .addSubcommand(new UserListCommand())
                        .addSubcommand("add", new UserChangeCommand("add"))
                        .addSubcommand("passwd", new UserChangeCommand("passwd"))
                        .addSubcommand("disable", new UserChangeCommand("disable"))
                        .addSubcommand("enable", new UserChangeCommand("enable"))
                        .addSubcommand("remove", new UserChangeCommand("remove"))
                        .addSubcommand(new UserHashCommand()))
                .addSubcommand(new CommandLine(new DomainCommand())
                        .addSubcommand("add", new DomainKeysCommand("add"))
                        .addSubcommand(new DomainListCommand())
                        .addSubcommand(new DomainShowCommand())
                        .addSubcommand("rotate", new DomainKeysCommand("rotate"))
                        .addSubcommand(new DomainRemoveCommand())
                        .addSubcommand(new DomainCheckCommand()))
                .addSubcommand(new CommandLine(new ReportCommand())
                        .addSubcommand(new ReportShowCommand())
                        .addSubcommand(new ReportImportCommand()))
                .addSubcommand(new CommandLine(new CertificateCommand()).addSubcommand(new CertificateListCommand()))
                .addSubcommand(new ReloadCommand())
                .addSubcommand(new CheckCommand())
                .addSubcommand(new DoctorCommand())
                .addSubcommand(new BenchCommand());
    }

    static CommandLine configured(CommandLine line) {
        addHelp(line);
        return line.setCaseInsensitiveEnumValuesAllowed(true)
                .setUsageHelpAutoWidth(true)
                .setExitCodeExceptionMapper(_ -> ExitCodes.USAGE)
                .setParameterExceptionHandler(Cli::misunderstood)
                .setExecutionExceptionHandler(Cli::failed);
    }

    private static void addHelp(CommandLine line) {
        line.addMixin("help", new HelpOption());
        line.getSubcommands().values().forEach(Cli::addHelp);
    }

    private static int misunderstood(CommandLine.ParameterException e, String[] arguments) {
        PrintWriter err = e.getCommandLine().getErr();
        err.println("postrider: " + e.getMessage());
        CommandLine.UnmatchedArgumentException.printSuggestions(e, err);
        err.println("Try: " + e.getCommandLine().getCommandSpec().qualifiedName() + " --help");
        err.flush();
        return ExitCodes.USAGE;
    }

    private static int failed(Exception e, CommandLine line, CommandLine.ParseResult parsed) {
        if (e instanceof CommandFailed known) {
            line.getErr().println("postrider: " + known.getMessage());
            line.getErr().flush();
            return known.exitCode();
        }
        line.getErr().println("postrider: an error of ours:");
        e.printStackTrace(line.getErr());
        line.getErr().flush();
        return ExitCodes.INTERNAL;
    }

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }
}
