package org.postrider.fuzz;

import java.util.List;
import java.util.regex.Pattern;
import org.postrider.filter.DefaultAction;
import org.postrider.filter.ScriptedFilter;
import org.postrider.filter.ScriptedFilter.Outcome;
import org.postrider.mail.Recipient;
import org.postrider.mail.Reply;

/**
 * What a milter says: the first octet chooses the default action, all others are its packets. Whatever it says, a reply is a
 * refusal of printable text, and a message has a header of fields, line ends that are CRLF, and an envelope of addresses.
 */
public final class MilterFuzz {
    private static final ScriptedFilter FILTER = new ScriptedFilter();
    private static final Pattern HEADER =
            Pattern.compile("(?:[!-9;-~]++[ \t]*+:[^\r\n\0]*+\r\n(?:[ \t][^\r\n\0]*+\r\n)*+)*+\r\n");
    private static final Pattern LONE = Pattern.compile("\r(?!\n)|(?<!\r)\n");

    private MilterFuzz() {}

    public static void fuzzerTestOneInput(byte[] input) {
        if (input.length == 0) {
            return;
        }
        List<DefaultAction> choices = List.of(DefaultAction.values());
        DefaultAction action = choices.get((input[0] & 0x7f) % choices.size());
        byte[] says = new byte[input.length - 1];
        System.arraycopy(input, 1, says, 0, says.length);
        switch (FILTER.milter(says, action)) {
            case Outcome.Refused(Reply reply) -> check(reply);
            case Outcome.Passed passed -> check(passed);
        }
    }

    private static void check(Reply reply) {
        if (reply.code() < 400 || !isPrintable(reply.text())) {
            throw new AssertionError("refuses with " + reply);
        }
    }

    private static void check(Outcome.Passed passed) {
        String content = passed.content();
        if (!HEADER.matcher(content).lookingAt() || LONE.matcher(content).find()) {
            throw new AssertionError("passes on " + content);
        }
        if (content.length() > 2 * ScriptedFilter.MESSAGE_OCTETS_MAX) {
            throw new AssertionError("passes on " + content.length() + " octets");
        }
        boolean clean = isClean(passed.envelope().reversePath().text())
                && passed.findings().stream().allMatch(MilterFuzz::isClean);
        for (Recipient recipient : passed.envelope().recipients()) {
            clean &= isClean(recipient.forwardPath().text());
        }
        if (!clean) {
            throw new AssertionError("passes on " + passed.envelope() + " with " + passed.findings());
        }
    }

    private static boolean isPrintable(String text) {
        return text.chars().allMatch(c -> c >= ' ' && c < 0x7f);
    }

    private static boolean isClean(String text) {
        return text.chars().noneMatch(Character::isISOControl);
    }
}
