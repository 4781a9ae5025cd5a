package org.postrider.server.cli;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.concurrent.Callable;
import org.postrider.spool.SpoolArchive;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code spool import}. */
@Command(
        name = "import",
        description = "Puts the mail of an archive into a stopped server's spool, beside what is there, with new queue"
                + " ids. Importing one archive twice sends its mail twice.",
        footer = {"", "Exit codes: 0 done, 66 no archive, 74 not readable, not writable or in use."})
final class SpoolImportCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private StoppedSpool stopped = new StoppedSpool();

    @Parameters(paramLabel = "FILE", description = "What `spool export` wrote; - is standard input.")
    private String file = "";

    @Option(names = "--json", description = "The number as JSON.")
    private boolean json;

    @Override
    public Integer call() throws CommandFailed {
        Path directory = stopped.directory();
        Progress progress = new Progress(spec.commandLine().getErr(), "imported");
        try (InputStream archive = open()) {
            long messages = StoppedSpool.work(directory, spool -> imported(spool, progress.watching(archive)));
            Moved.print(spec, new Moved(messages, file), "imported", json);
            return ExitCodes.OK;
        } catch (NoSuchFileException e) {
            throw new CommandFailed(ExitCodes.NOT_FOUND, "there is no archive " + file);
        } catch (IOException e) {
            throw new CommandFailed(ExitCodes.IO, "cannot read " + file + ": " + e.getMessage());
        }
    }

    private InputStream open() throws IOException {
        return new BufferedInputStream(file.equals("-") ? System.in : Files.newInputStream(Path.of(file)));
    }

    private static long imported(Path spool, InputStream archive) throws IOException {
        try {
            return SpoolArchive.importInto(spool, archive, InstantSource.system());
        } catch (EOFException e) {
            throw new IOException(
                    "the archive breaks off; the messages before that are in the spool now, so do not import them"
                            + " again",
                    e);
        }
    }
}
