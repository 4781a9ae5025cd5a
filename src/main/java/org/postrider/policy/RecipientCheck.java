package org.postrider.policy;

import java.util.Optional;
import org.postrider.mail.Ascii;
import org.postrider.mail.Domain;
import org.postrider.mail.Mailbox;
import org.postrider.policy.PolicySettings.NextHop;
import org.postrider.policy.PolicySettings.Recipients;

/** Whether a recipient of ours exists, so that mail to nobody is refused and never bounced. Thread: any; may block. */
final class RecipientCheck {
    private final CallForward callForward;

    RecipientCheck(CallForward callForward) {
        this.callForward = callForward;
    }

    /** Empty where nothing is known, and nobody to ask. */
    Optional<Judgement> judge(Mailbox mailbox, PolicySettings settings) {
        Recipients recipients = mailbox.host() instanceof Domain domain
                ? settings.recipients().getOrDefault(domain, Recipients.ANYBODY)
                : Recipients.ANYBODY;
        if (isNamed(mailbox.localPart(), recipients) || isPostmaster(mailbox)) {
            return Optional.of(Judgement.pass(Check.RECIPIENT, "it is named"));
        }
        NextHop server = recipients.ask();
        if (server != null) {
            return Optional.of(
                    switch (callForward.ask(mailbox, server, settings.callForward())) {
                        case KNOWN -> Judgement.pass(Check.RECIPIENT, "its server takes it");
                        case UNKNOWN -> unknown(mailbox, "its server refuses it");
                        case UNCLEAR -> unclear();
                    });
        }
        return recipients.anybody() ? Optional.empty() : Optional.of(unknown(mailbox, "it is not named"));
    }

    /** RFC 5321 §4.5.1: postmaster exists everywhere, in any case. */
    static boolean isPostmaster(Mailbox mailbox) {
        return Ascii.equalsIgnoreCase(mailbox.localPart(), "postmaster");
    }

    private static boolean isNamed(String localPart, Recipients recipients) {
        String name = Ascii.lower(localPart);
        if (recipients.names().contains(name)) {
            return true;
        }
        Character delimiter = recipients.delimiter();
        int detail = delimiter == null ? -1 : name.indexOf(delimiter);
        return detail > 0 && recipients.names().contains(name.substring(0, detail));
    }

    private static Judgement unknown(Mailbox mailbox, String detail) {
        String text = "User unknown in " + mailbox.host().text();
        return Judgement.found(Check.RECIPIENT, Response.REJECT, detail, Refusal.of(550, "5.1.1", text));
    }

    private static Judgement unclear() {
        return Judgement.found(
                Check.RECIPIENT,
                Response.DEFER,
                "its server gave no answer",
                Refusal.forNow(450, "4.1.1", "Recipient cannot be verified just now"));
    }
}
