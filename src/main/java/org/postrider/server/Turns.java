package org.postrider.server;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has the threads of a process wait for their turn when they are woken, instead of pushing aside the one that runs: the
 * policy SCHED_BATCH of Linux, set by {@code chrt}. A busy server switches less so, and does more (docs/decisions, 0014).
 */
final class Turns {
    private static final Logger LOG = LoggerFactory.getLogger(Turns.class);
    private static final String USUAL = "0";
    /** In {@code /proc/PID/stat} behind the command's name (proc(5): the 41st field, the name being the second). */
    private static final int POLICY_FIELD = 38;

    private static final long LIMIT_SECONDS = 5;

    private Turns() {}

    /**
     * Sets the policy of all threads that there are; those that they start have it too. Leaves it where another one than the
     * usual was chosen, where this is not Linux, and where there is no {@code chrt} or it is not permitted.
     *
     * @return whether it was set
     */
    static boolean take(long pid) {
        try {
            if (!policy(pid).equals(USUAL)) {
                return false;
            }
            Process chrt = new ProcessBuilder("chrt", "-a", "-b", "-p", "0", Long.toString(pid))
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            boolean ended = chrt.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS);
            chrt.destroyForcibly();
            return ended && chrt.exitValue() == 0;
        } catch (IOException e) {
            LOG.debug("the scheduling policy stays as it is", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return false;
    }

    /** The number of a process's scheduling policy. */
    static String policy(long pid) throws IOException {
        String stat = Files.readString(Path.of("/proc/" + pid + "/stat"), StandardCharsets.ISO_8859_1);
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        if (fields.length <= POLICY_FIELD) {
            throw new IOException("/proc/" + pid + "/stat has " + fields.length + " fields behind the name");
        }
        return fields[POLICY_FIELD].strip();
    }
}
