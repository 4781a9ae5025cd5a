package org.postrider.fuzz;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.postrider.filter.FilterSettings.OnVirus;
import org.postrider.filter.ScriptedFilter;
import org.postrider.filter.ScriptedFilter.Outcome;
import org.postrider.mail.Reply;

/**
 * What clamd answers: the first octet chooses what becomes of a virus. A message passes untouched only where the answer is
 * that it is clean; the name of a virus brings nothing into a header or a reply.
 */
public final class ClamdFuzz {
    private static final ScriptedFilter FILTER = new ScriptedFilter();
    private static final int ANSWER_OCTETS_MAX = 4 << 10;

    private ClamdFuzz() {}

    public static void fuzzerTestOneInput(byte[] input) {
        if (input.length == 0) {
            return;
        }
        List<OnVirus> choices = List.of(OnVirus.values());
        OnVirus onVirus = choices.get((input[0] & 0x7f) % choices.size());
        byte[] says = new byte[input.length - 1];
        System.arraycopy(input, 1, says, 0, says.length);
        String answer = new String(says, StandardCharsets.UTF_8);
        int end = answer.indexOf('\0');
        String line = end < 0 ? answer : answer.substring(0, end);
        boolean clean = line.strip().equals("stream: OK") && line.length() <= ANSWER_OCTETS_MAX;
        switch (FILTER.clamd(says, onVirus)) {
            case Outcome.Refused(Reply reply) -> check(!clean && isPrintable(reply.text()), "refuses with " + reply);
            case Outcome.Passed passed -> {
                boolean allowed = clean || onVirus != OnVirus.REJECT;
                check(allowed, "passes what clamd answers with " + answer);
                check(content(passed, clean), "passes on " + passed.content());
            }
        }
    }

    private static boolean content(Outcome.Passed passed, boolean clean) {
        String content = passed.content();
        if (content.startsWith("X-Virus: ") && !clean) {
            int end = content.indexOf("\r\n");
            return isPrintable(content.substring(0, end)) && content.startsWith(ScriptedFilter.HEADER, end + 2);
        }
        return content.startsWith(ScriptedFilter.HEADER);
    }

    private static boolean isPrintable(String text) {
        return text.chars().allMatch(c -> c >= ' ' && c < 0x7f);
    }

    private static void check(boolean holds, String what) {
        if (!holds) {
            throw new AssertionError(what);
        }
    }
}
