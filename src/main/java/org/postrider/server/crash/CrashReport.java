package org.postrider.server.crash;

import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.json.JsonMapper;

/**
 * The outcome of a crash test.
 *
 * @param stopped whether the last SIGTERM ended the server with 0
 * @param startMillisMax the longest time from the start of the process to the greeting
 * @param aims how many rounds aimed at which {@link KillSwitch.Moment}
 * @param hits how many of them were ended by their aim and not by the clock
 * @param faults how many rounds had which {@link Fault}
 */
public record CrashReport(
        Balance balance,
        boolean stopped,
        int rounds,
        long seed,
        Duration took,
        long startMillisMax,
        Map<String, Integer> aims,
        Map<String, Integer> hits,
        Map<String, Integer> faults,
        Machine machine) {
    public CrashReport {
        aims = new TreeMap<>(aims);
        hits = new TreeMap<>(hits);
        faults = new TreeMap<>(faults);
    }

    /** Whether the promise was kept and the server stopped as it should. */
    public boolean passed() {
        return balance.kept() && stopped;
    }

    public String json() {
        return JsonMapper.builder().build().writeValueAsString(this);
    }

    /** The report as a person reads it. */
    public String text() {
        StringBuilder text = new StringBuilder();
        text.append(passed() ? "PASSED" : "FAILED");
        text.append(String.format(
                Locale.ROOT,
                ": %d rounds in %d s, seed %d, slowest start %d ms%n",
                rounds,
                took.toSeconds(),
                seed,
                startMillisMax));
        text.append("on: ").append(machine.text()).append('\n');
        text.append("aims (hit/tried):");
        aims.forEach((aim, tried) -> text.append(' ')
                .append(aim)
                .append(' ')
                .append(hits.getOrDefault(aim, 0))
                .append('/')
                .append(tried)
                .append(';'));
        text.append("\nfaults: ").append(faults).append('\n');
        text.append(balance.text());
        balance.examples().forEach(example -> text.append("  ").append(example).append('\n'));
        return text.toString();
    }
}
