package org.postrider.fuzz;

import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.postrider.mailauth.spf.ReceivedSpf;
import org.postrider.mailauth.spf.Spf;
import org.postrider.mailauth.spf.SpfOutcome;
import org.postrider.mailauth.spf.SpfQuestion;
import org.postrider.testing.FakeResolver;

/**
 * What a client and three domains say, each on a line: the sender, the HELO name, the sender's policy, one to include, an
 * explanation. The check ends with few questions, and nothing of what was said gets out unclean.
 */
public final class SpfFuzz {
    private static final int LINES = 5;
    /** Ten terms of eleven questions each, the names of the client, the policy and an explanation. */
    private static final int QUESTIONS_MAX = 10 * 11 + 11 + 2;

    private SpfFuzz() {}

    public static void fuzzerTestOneInput(byte[] input) {
        String[] lines = (new String(input, StandardCharsets.ISO_8859_1) + "\n".repeat(LINES)).split("\n", LINES);
        InetAddress client = InetAddress.ofLiteral((input.length & 1) == 0 ? "192.0.2.1" : "2001:db8::1");
        FakeResolver dns = new FakeResolver()
                .txt("a.example", lines[2])
                .txt("b.example", lines[3])
                .txt("x.example", lines[4].stripTrailing())
                .mx("a.example", 10, "b.example")
                .address("b.example", "192.0.2.1", "2001:db8::1")
                .ptr(client.getHostAddress(), "b.example");
        Spf spf = new Spf(dns, () -> Instant.EPOCH, () -> 0, "mx.example");
        check(spf, SpfQuestion.mailFrom(client, lines[1], lines[0]));
        check(spf, SpfQuestion.mailFrom(client, lines[1], "u@a.example"));
        check(spf, SpfQuestion.helo(client, lines[1]));
        if (dns.questions() > 3 * QUESTIONS_MAX) {
            throw new AssertionError(dns.questions() + " questions");
        }
    }

    private static void check(Spf spf, SpfQuestion question) {
        SpfOutcome outcome = spf.check(question);
        outcome.explanation().ifPresent(SpfFuzz::checkPlain);
        outcome.mechanism().ifPresent(SpfFuzz::checkPlain);
        outcome.problem().ifPresent(SpfFuzz::checkPlain);
        StringBuilder field = new StringBuilder();
        ReceivedSpf.append(field, "mx.example", question, outcome);
        if (!field.toString().endsWith("\r\n")) {
            throw new AssertionError("a field without an end: " + field);
        }
        for (String line : field.substring(0, field.length() - 2).split("\r\n\t", -1)) {
            checkPlain(line);
        }
    }

    private static void checkPlain(String text) {
        if (text.length() > 998 || text.chars().anyMatch(c -> c < ' ' || c >= 0x7f)) {
            throw new AssertionError("not plain: " + text);
        }
    }
}
