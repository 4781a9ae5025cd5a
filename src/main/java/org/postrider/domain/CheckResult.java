package org.postrider.domain;

import java.util.List;

/**
 * What a check found, what it should have found, and what to do.
 *
 * @param check which, in a word, such as {@code spf}
 * @param subject what was looked at, such as the name of a record
 * @param found as it is
 * @param wanted as it should be; empty where that is what was found, or nobody can say
 * @param why a sentence for people
 * @param fix another one, empty where there is nothing to do
 */
public record CheckResult(
        String check, Grade grade, String subject, List<String> found, String wanted, String why, String fix) {
    /** How well it is. */
    public enum Grade {
        GOOD,
        /** Nothing is wrong, and something could be better. */
        ADVICE,
        /** Something is wrong that mail survives. */
        WARNING,
        /** Mail is refused, or lost, or forged. */
        ERROR,
        /** It could not be found out. */
        UNKNOWN
    }

    public CheckResult {
        found = List.copyOf(found);
    }

    /** Nothing to do. */
    static CheckResult good(String check, String subject, List<String> found, String why) {
        return new CheckResult(check, Grade.GOOD, subject, found, "", why, "");
    }

    /** The DNS did not tell. */
    static CheckResult unknown(String check, String subject, String detail) {
        return new CheckResult(
                check,
                Grade.UNKNOWN,
                subject,
                List.of(),
                "",
                "It cannot be looked up: " + detail,
                "Try again; if it stays, the zone's or our own name servers do not answer.");
    }
}
