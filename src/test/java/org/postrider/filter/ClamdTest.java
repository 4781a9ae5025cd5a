package org.postrider.filter;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postrider.filter.FilterSettings.OnVirus;
import org.postrider.filter.ScriptedFilter.Outcome;

/** What clamd says, as clamd(8) and its source have it, and what becomes of the message. */
@Timeout(30)
class ClamdTest {
    private static final ScriptedFilter FILTER = new ScriptedFilter();

    private static Outcome answer(String says, OnVirus onVirus) {
        return FILTER.clamd(says.getBytes(StandardCharsets.UTF_8), onVirus);
    }

    private static Outcome.Passed passed(String says, OnVirus onVirus) {
        return (Outcome.Passed) answer(says, onVirus);
    }

    private static String refused(String says) {
        return ((Outcome.Refused) answer(says, OnVirus.REJECT)).reply().text();
    }

    @ParameterizedTest
    @ValueSource(strings = {"stream: OK\0", "stream: OK", "stream: OK\n\0", "stream: OK\0 and what nobody reads"})
    void aCleanMessagePassesUntouched(String says) {
        Outcome.Passed passed = passed(says, OnVirus.REJECT);
        assertThat(passed.content()).startsWith(ScriptedFilter.HEADER);
        assertThat(passed.findings()).containsExactly("PASS ");
    }

    @Test
    void aVirusIsRefusedByItsName() {
        assertThat(refused("stream: Win.Test.EICAR_HDB-1 FOUND\0"))
                .isEqualTo("554 5.7.1 Virus found: Win.Test.EICAR_HDB-1");
    }

    @Test
    void aVirusIsTaggedInAFieldOfItsOwn() {
        Outcome.Passed passed = passed("stream: Eicar FOUND FOUND\0", OnVirus.TAG);
        assertThat(passed.content()).startsWith("X-Virus: Eicar FOUND\r\n" + ScriptedFilter.HEADER);
        assertThat(passed.findings()).containsExactly("TAG virus Eicar FOUND");
    }

    @Test
    void theNameOfAVirusBringsNoLineAndNoEnd() {
        assertThat(passed("stream: Ev\u0001\u0080il FOUND\0", OnVirus.TAG).content())
                .startsWith("X-Virus: Ev??il\r\n" + ScriptedFilter.HEADER);
        assertThat(refused("stream: Evil\r\nBcc: eve@example.org FOUND\0")).startsWith("451 4.7.1 ");
    }

    @Test
    void aVirusIsDiscardedOrHeld() {
        assertThat(passed("stream: Eicar FOUND\0", OnVirus.DISCARD).findings()).containsExactly("TAG virus Eicar");
        assertThat(passed("stream: Eicar FOUND\0", OnVirus.QUARANTINE).content())
                .startsWith(ScriptedFilter.HEADER);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "INSTREAM size limit exceeded. ERROR\0",
                "stream: Can't allocate memory ERROR\0",
                "stream: Heuristics.Limits.Exceeded ERROR\0",
                "COMMAND READ TIMED OUT\0",
                "UNKNOWN COMMAND\0",
                "stream: ok\0",
                "1: stream: OK\0",
                "stream: OK\r\nstream: Eicar FOUND\0",
                "\0",
                ""
            })
    void whatIsNoVerdictIsAFailureAndNeverAClearance(String says) {
        assertThat(refused(says)).isEqualTo("451 4.7.1 Service unavailable - try again later");
    }

    @Test
    void anAnswerWithoutEndIsAFailure() {
        assertThat(refused("stream: " + "a".repeat(10_000) + " FOUND\0")).startsWith("451 4.7.1 ");
    }
}
