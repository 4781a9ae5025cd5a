package org.postrider.server.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import org.postrider.mailauth.spf.Spf;
import org.postrider.mailauth.spf.SpfOutcome;
import org.postrider.mailauth.spf.SpfQuestion;

/** {@code {"check":"spf","ip":…,"helo":…,"mail-from":…}}: without {@code mail-from} it is the null reverse-path. */
record SpfCheck(String hostname) implements Check {
    @Override
    public Map<String, Object> answer(CheckQuestion question) throws Unanswerable {
        String mailFrom = question.optionalText("mail-from").orElse("");
        boolean bracketed = mailFrom.startsWith("<") && mailFrom.endsWith(">");
        SpfOutcome outcome = new Spf(question.resolver(), question.clock(), System::nanoTime, hostname)
                .check(SpfQuestion.mailFrom(
                        question.address("ip"),
                        question.optionalText("helo").orElse(""),
                        bracketed ? mailFrom.substring(1, mailFrom.length() - 1) : mailFrom));
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("result", outcome.result().text());
        answer.put("explanation", outcome.explanation().orElse(""));
        outcome.domain().ifPresent(domain -> answer.put("domain", domain.ascii()));
        outcome.mechanism().ifPresent(mechanism -> answer.put("mechanism", mechanism));
        outcome.problem().ifPresent(problem -> answer.put("problem", problem));
        return answer;
    }
}
