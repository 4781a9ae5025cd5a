package org.postrider.server.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.postrider.report.BounceReader;
import org.postrider.report.BounceReason;
import org.postrider.report.ReturnedMail;

/** {@code {"check":"bounce","message":…}}: what a message that came back says, no recipients where it says nothing. */
record BounceCheck() implements Check {
    @Override
    public Map<String, Object> answer(CheckQuestion question) throws Unanswerable {
        return switch (BounceReader.read(question.message())) {
            case ReturnedMail.Unknown _ -> Map.of("recipients", List.of());
            case ReturnedMail.Bounce(var recipients) ->
                Map.of("recipients", recipients.stream().map(BounceCheck::shown).toList());
            case ReturnedMail.Complaint(String feedback, var recipients) -> {
                Map<String, Object> answer = new LinkedHashMap<>();
                answer.put("feedback", feedback);
                answer.put(
                        "recipients",
                        recipients.stream().map(BounceCheck::complaining).toList());
                yield answer;
            }
        };
    }

    /** A code that is not told is null. */
    private static Map<String, @Nullable Object> shown(ReturnedMail.Recipient recipient) {
        Map<String, @Nullable Object> shown = new LinkedHashMap<>();
        shown.put("address", recipient.address());
        shown.put("action", recipient.action());
        shown.put("status", recipient.status());
        shown.put("code", recipient.code().isPresent() ? recipient.code().getAsInt() : null);
        shown.put("reason", recipient.reason().word());
        shown.put("hard", recipient.hard());
        return shown;
    }

    private static Map<String, Object> complaining(String address) {
        Map<String, Object> shown = new LinkedHashMap<>();
        shown.put("address", address);
        shown.put("reason", BounceReason.FEEDBACK.word());
        shown.put("hard", false);
        return shown;
    }
}
