package org.postrider.server.cli;

import java.io.PrintWriter;
import java.util.List;
import org.postrider.domain.CheckResult;
import org.postrider.domain.CheckResult.Grade;

/** How checks are shown, and what they come to. */
final class CheckReport {
    private static final int FOUND_CHARACTERS_MAX = 300;

    private CheckReport() {}

    /**
     * Checks that belong together.
     *
     * @param name such as {@code host}
     */
    record Group(String name, List<CheckResult> checks) {
        Group {
            checks = List.copyOf(checks);
        }
    }

    /** The worst of all decides. */
    static int exitCode(List<CheckResult> results) {
        int code = ExitCodes.OK;
        for (CheckResult result : results) {
            code = Math.max(
                    code,
                    switch (result.grade()) {
                        case GOOD, ADVICE -> ExitCodes.OK;
                        case WARNING -> ExitCodes.WARNED;
                        case ERROR, UNKNOWN -> ExitCodes.WRONG;
                    });
        }
        return code;
    }

    static void show(PrintWriter out, List<CheckResult> results) {
        results.forEach(result -> show(out, result));
        out.flush();
    }

    private static void show(PrintWriter out, CheckResult result) {
        out.printf("%-8s %s  %s%n", result.grade(), result.check(), Output.plain(result.subject()));
        line(out, "", result.why());
        if (result.grade() != Grade.GOOD) {
            result.found().forEach(found -> line(out, "found:  ", found));
            line(out, "wanted: ", result.wanted());
            line(out, "fix:    ", result.fix());
        }
    }

    private static void line(PrintWriter out, String name, String text) {
        if (!text.isEmpty()) {
            boolean isLong = name.startsWith("found") && text.length() > FOUND_CHARACTERS_MAX;
            String shown = isLong ? text.substring(0, FOUND_CHARACTERS_MAX) + "..." : text;
            out.println("         " + name + Output.plain(shown));
        }
    }
}
