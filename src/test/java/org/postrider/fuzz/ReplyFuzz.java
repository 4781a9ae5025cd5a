package org.postrider.fuzz;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.postrider.mail.Reply;
import org.postrider.smtp.client.RepliesOfScript;

/** What a server answers: whole and octet by octet it must come to the same, and come again as it is written. */
public final class ReplyFuzz {
    private static final int LINE_OCTETS_SAFE = 4_000;

    private ReplyFuzz() {}

    public static void fuzzerTestOneInput(byte[] input) {
        RepliesOfScript whole = RepliesOfScript.read(input, Integer.MAX_VALUE);
        RepliesOfScript parts = RepliesOfScript.read(input, 1);
        if (!whole.equals(parts)) {
            throw new AssertionError("the slices matter: " + whole + " and " + parts);
        }
        check(whole.complaint());
        for (Reply reply : whole.replies()) {
            check(reply);
            checkRoundTrip(reply);
        }
    }

    private static void check(Reply reply) {
        int octets = 0;
        for (String line : reply.lines()) {
            check(line);
            octets += line.length();
        }
        if (reply.lines().size() > RepliesOfScript.LINES_MAX || octets > RepliesOfScript.OCTETS_MAX) {
            throw new AssertionError("a reply of " + reply.lines().size() + " lines and " + octets + " octets");
        }
    }

    private static void check(String text) {
        if (text.codePoints().anyMatch(c -> Character.isISOControl(c) || Character.getType(c) == Character.FORMAT)) {
            throw new AssertionError("a control character in " + text);
        }
    }

    private static void checkRoundTrip(Reply reply) {
        StringBuilder written = new StringBuilder();
        boolean fits = true;
        for (int i = 0; i < reply.lines().size(); i++) {
            String line = reply.lines().get(i);
            written.append(reply.code()).append(i < reply.lines().size() - 1 ? '-' : ' ');
            if (reply.status() != null) {
                written.append(reply.status()).append(' ');
            }
            written.append(line).append("\r\n");
            fits &= line.getBytes(StandardCharsets.UTF_8).length < LINE_OCTETS_SAFE;
        }
        byte[] octets = written.toString().getBytes(StandardCharsets.UTF_8);
        if (fits && octets.length < RepliesOfScript.OCTETS_MAX) {
            List<Reply> again = RepliesOfScript.read(octets, Integer.MAX_VALUE).replies();
            if (!again.equals(List.of(reply))) {
                throw new AssertionError(reply + " comes again as " + again);
            }
        }
    }
}
