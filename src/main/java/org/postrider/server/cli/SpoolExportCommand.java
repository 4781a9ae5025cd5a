package org.postrider.server.cli;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.InstantSource;
import java.util.concurrent.Callable;
import org.postrider.spool.SpoolArchive;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code spool export}. */
@Command(
        name = "export",
        description = "Writes all mail of a stopped server's spool into one archive. The spool keeps it: do not start"
                + " both the old and the new server with it.",
        footer = {"", "Exit codes: 0 done, 66 no spool, 74 not readable, not writable or in use."})
final class SpoolExportCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private StoppedSpool stopped = new StoppedSpool();

    @Parameters(paramLabel = "FILE", description = "The archive, which must not be there yet; - is standard output.")
    private String file = "";

    @Option(names = "--json", description = "The number as JSON; not with - as the archive.")
    private boolean json;

    @Override
    public Integer call() throws CommandFailed {
        Path directory = stopped.existing();
        boolean piped = file.equals("-");
        if (piped && json) {
            throw new CommandFailed(ExitCodes.USAGE, "--json and the archive cannot share standard output");
        }
        Progress progress = new Progress(spec.commandLine().getErr(), "exported");
        long messages = StoppedSpool.work(
                directory, spool -> piped ? toStandardOutput(spool, progress) : toFile(spool, Path.of(file), progress));
        if (piped) {
            Output.note(spec.commandLine().getErr(), "exported " + messages + " messages");
        } else {
            Moved.print(spec, new Moved(messages, file), "exported", json);
        }
        return ExitCodes.OK;
    }

    private static long toStandardOutput(Path spool, Progress progress) throws IOException {
        OutputStream out = new BufferedOutputStream(System.out);
        long messages = SpoolArchive.export(spool, progress.watching(out), InstantSource.system());
        out.flush();
        return messages;
    }

    /** The archive is whole and on the disk when this returns; where that cannot be, there is none. */
    private static long toFile(Path spool, Path archive, Progress progress) throws IOException {
        try (FileChannel channel = FileChannel.open(archive, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            try {
                OutputStream out = new BufferedOutputStream(Channels.newOutputStream(channel));
                long messages = SpoolArchive.export(spool, progress.watching(out), InstantSource.system());
                out.flush();
                channel.force(true);
                return messages;
            } catch (IOException e) {
                Files.deleteIfExists(archive);
                throw e;
            }
        } catch (FileAlreadyExistsException e) {
            throw new IOException(archive + " is there already: name another file", e);
        }
    }
}
