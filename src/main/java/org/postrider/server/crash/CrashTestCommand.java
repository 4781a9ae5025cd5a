package org.postrider.server.crash;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code crashtest}: the proof, on the user's own disk. */
@Command(
        name = "crashtest",
        description = {
            "Kills a real server under load, round after round, and accounts for every recipient.",
            "It runs in a directory of its own below --data-dir, so name one on the disk that your mail will be on."
                    + " Exit code 0: every promise was kept; 1: not, and the directory is left for you to look at."
        })
public final class CrashTestCommand implements Callable<Integer> {
    @Option(names = "--data-dir", paramLabel = "DIR", description = "On the disk to try. Default: ${DEFAULT-VALUE}")
    private Path dataDir = Path.of(".");

    @Option(names = "--rounds", paramLabel = "N", description = "Kills. Default: ${DEFAULT-VALUE}")
    private int rounds = 200;

    @Option(names = "--clients", paramLabel = "N", description = "Sessions at once. Default: ${DEFAULT-VALUE}")
    private int clients = 8;

    @Option(names = "--messages", paramLabel = "N", description = "A round. Default: ${DEFAULT-VALUE}")
    private int messages = 300;

    @Option(names = "--seed", paramLabel = "N", description = "Makes the same messages and aims again.")
    private long seed = System.nanoTime();

    @Option(names = "--keep", description = "Leaves the directory behind in any case.")
    private boolean keep;

    @Option(names = "--json", description = "Prints the report as one JSON object.")
    private boolean json;

    @Override
    public Integer call() throws IOException, InterruptedException {
        CrashTest.Settings settings = new CrashTest.Settings(dataDir, rounds, clients, messages, seed, keep);
        // Who stops this must not find a server still running.
        Runtime.getRuntime()
                .addShutdownHook(new Thread(
                        () -> ProcessHandle.current().children().forEach(ProcessHandle::destroyForcibly), "last-kill"));
        CrashReport report = new CrashTest(settings, System.err).run();
        System.out.print(json ? report.json() + System.lineSeparator() : report.text());
        return report.passed() ? 0 : 1;
    }
}
