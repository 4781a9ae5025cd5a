package org.postrider.filter;

import java.util.List;
import java.util.Optional;
import org.postrider.mail.Envelope;
import org.postrider.mail.Finding;
import org.postrider.mail.RecipientState;
import org.postrider.mail.Reply;

/** What all filters together say of one message. */
public sealed interface Verdict {

    /**
     * The message is to be taken, as it is here.
     *
     * @param content with all edits, or as it came
     * @param envelope with all edits; recipients that a filter took out are in it, and settled
     * @param states what has become of each recipient already, in the envelope's order: removed or held by a filter. They
     *     become durable with the message or not at all
     * @param findings what each filter said
     */
    record Passed(Content content, Envelope envelope, List<Optional<RecipientState>> states, List<Finding> findings)
            implements Verdict {
        public Passed {
            states = List.copyOf(states);
            findings = List.copyOf(findings);
        }
    }

    /** The message is not to be taken. Told to the mail log already. */
    record Refused(Reply reply) implements Verdict {}
}
