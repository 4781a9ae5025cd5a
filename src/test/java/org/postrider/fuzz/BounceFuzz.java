package org.postrider.fuzz;

import org.postrider.report.BounceReader;
import org.postrider.report.ReturnedMail;

/** What comes back: any octets are read, and what comes of them is bounded. */
public final class BounceFuzz {
    private BounceFuzz() {}

    public static void fuzzerTestOneInput(byte[] input) {
        switch (BounceReader.read(input)) {
            case ReturnedMail.Unknown _ -> {}
            case ReturnedMail.Complaint(String feedback, var recipients) ->
                check(feedback.length() <= 60 && recipients.size() <= BounceReader.RECIPIENTS_MAX, feedback);
            case ReturnedMail.Bounce(var recipients) -> {
                check(!recipients.isEmpty() && recipients.size() <= BounceReader.RECIPIENTS_MAX, "recipients");
                recipients.forEach(BounceFuzz::check);
            }
        }
    }

    private static void check(ReturnedMail.Recipient recipient) {
        check(!recipient.address().isEmpty() && recipient.address().length() <= 330, recipient.address());
        check(recipient.status().matches("[245]\\.[0-9]{1,3}\\.[0-9]{1,3}"), recipient.status());
        check(recipient.code().isEmpty() || recipient.code().getAsInt() / 200 == 2, "code " + recipient.code());
        check(recipient.action().matches("failed|delayed|delivered|relayed|expanded"), recipient.action());
    }

    private static void check(boolean holds, String what) {
        if (!holds) {
            throw new AssertionError(what);
        }
    }
}
