package org.postrider.server.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Callable;
import org.postrider.spool.SpoolCheck;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code spool fsck}. */
@Command(
        name = "fsck",
        description = "Reads all of a stopped server's spool and tells what is damaged. Changes nothing without"
                + " --repair.",
        footer = {
            "",
            "Exit codes: 0 sound, 1 damage found (with --repair: still there), 66 no spool, 74 not readable or in use."
        })
final class SpoolFsckCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private StoppedSpool stopped = new StoppedSpool();

    @Option(
            names = "--repair",
            description =
                    "Puts what is damaged into the quarantine, goes on without it, and removes orphans, as a start"
                            + " of the server does.")
    private boolean repair;

    @Option(names = "--json", description = "The result as JSON.")
    private boolean json;

    /** What {@code --json} prints. */
    record Checked(
            String directory,
            boolean sound,
            long segments,
            long messages,
            long recipients,
            long contentOctets,
            List<String> damaged,
            List<String> orphans) {}

    @Override
    public Integer call() throws CommandFailed {
        Path directory = stopped.existing();
        Output.note(spec.commandLine().getErr(), (repair ? "repairing " : "checking ") + directory + " ...");
        SpoolCheck.Result result =
                StoppedSpool.work(directory, spool -> SpoolCheck.run(spool, repair, InstantSource.system()));
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            Output.json(
                    out,
                    new Checked(
                            directory.toString(),
                            result.isSound(),
                            result.segments(),
                            result.messages(),
                            result.recipients(),
                            result.contentOctets(),
                            result.damaged(),
                            result.orphans()));
        } else {
            print(out, result);
        }
        return result.isSound() ? ExitCodes.OK : ExitCodes.DAMAGED;
    }

    private static void print(PrintWriter out, SpoolCheck.Result result) {
        result.damaged().forEach(damage -> out.println("damaged: " + Output.plain(damage)));
        result.orphans().forEach(name -> out.println("orphan (no message has this content): " + Output.plain(name)));
        out.printf(
                "%s: %d messages to %d recipients, %d octets of content in %d segments%n",
                result.isSound() ? "sound" : "DAMAGED",
                result.messages(),
                result.recipients(),
                result.contentOctets(),
                result.segments());
        out.flush();
    }
}
