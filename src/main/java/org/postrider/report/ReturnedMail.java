package org.postrider.report;

import java.util.List;
import java.util.OptionalInt;

/** What a message that came back says. */
public sealed interface ReturnedMail {
    /** It is none, or it says nothing that can be read. */
    record Unknown() implements ReturnedMail {}

    /** A delivery report, standard (RFC 3464) or not. */
    record Bounce(List<Recipient> recipients) implements ReturnedMail {
        public Bounce {
            recipients = List.copyOf(recipients);
        }
    }

    /**
     * A complaint (RFC 5965).
     *
     * @param feedback its type, as {@code abuse}, in lower case
     * @param recipients who complain, as far as the report tells
     */
    record Complaint(String feedback, List<String> recipients) implements ReturnedMail {
        public Complaint {
            recipients = List.copyOf(recipients);
        }
    }

    /**
     * One recipient's lot. All texts are a stranger's.
     *
     * @param address the final recipient, else the original one; not verified
     * @param action {@code failed}, {@code delayed}, {@code delivered}, {@code relayed}, {@code expanded} (RFC 3464 §2.3.3)
     * @param status an enhanced status (RFC 3463), the far side's own where it is told
     * @param code of the SMTP reply, where it is told
     * @param hard whether never to write to the address again
     * @param diagnostic in the far side's words, may be empty
     */
    record Recipient(
            String address,
            String action,
            String status,
            OptionalInt code,
            BounceReason reason,
            boolean hard,
            String diagnostic) {}
}
