package org.postrider.policy;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.postrider.mail.Finding;
import org.postrider.mail.Finding.Verdict;
import org.postrider.mail.Reply;

/**
 * What one check says of one thing.
 *
 * @param refusal what it wants the client to be told, {@code null} for nothing
 * @param befriends whether the checks after it that spare friends are left out
 */
record Judgement(Finding finding, @Nullable Reply refusal, boolean befriends) {
    static Judgement pass(Check check, String detail) {
        return of(check, Verdict.PASS, detail);
    }

    static Judgement unknown(Check check, String detail) {
        return of(check, Verdict.UNKNOWN, detail);
    }

    /** A client that is known to be good. */
    static Judgement friend(Check check, String detail) {
        return new Judgement(new Finding(check.word(), Verdict.PASS, 0, detail), null, true);
    }

    private static Judgement of(Check check, Verdict verdict, String detail) {
        return noted(check.word(), verdict, detail);
    }

    /** What the weights of findings come to; nothing where none has a weight. */
    static Optional<Judgement> ofScore(List<Finding> found, PolicySettings.Scores scores) {
        List<Finding> weighed = found.stream()
                .filter(finding -> finding.verdict() == Verdict.SCORE)
                .toList();
        if (weighed.isEmpty()) {
            return Optional.empty();
        }
        int score = weighed.stream().mapToInt(Finding::weight).sum();
        if (score < Math.min(scores.deferAt(), scores.rejectAt())) {
            return Optional.of(pass(Check.SCORE, String.valueOf(score)));
        }
        Response response = score >= scores.rejectAt() ? Response.REJECT : Response.DEFER;
        String text = "Refused by local policy: score " + score;
        return Optional.of(found(Check.SCORE, response, String.valueOf(score), Refusal.of(550, "5.7.1", text)));
    }

    /** Of a check that has no place in the order. */
    static Judgement noted(String check, Verdict verdict, String detail) {
        return new Judgement(new Finding(check, verdict, 0, detail), null, false);
    }

    /** Something was found; what that means is configured. */
    static Judgement found(Check check, Response response, String detail, Refusal refusal) {
        return found(check.word(), response, detail, refusal);
    }

    /** The same, of a check that has no place in the order. */
    static Judgement found(String check, Response response, String detail, Refusal refusal) {
        Verdict verdict = switch (response.action()) {
            case OFF, TAG -> Verdict.TAG;
            case SCORE -> Verdict.SCORE;
            case DEFER -> Verdict.DEFER;
            case REJECT ->
                refusal.forGood().severity() == Reply.Severity.PERMANENT_NEGATIVE ? Verdict.REJECT : Verdict.DEFER;
        };
        int weight = verdict == Verdict.SCORE ? response.weight() : 0;
        return new Judgement(new Finding(check, verdict, weight, detail), refusal.reply(response.action()), false);
    }
}
