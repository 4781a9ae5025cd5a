package org.postrider.filter;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.postrider.mail.Envelope;
import org.postrider.mail.MailParameters;
import org.postrider.mail.Mailbox;
import org.postrider.mail.Recipient;
import org.postrider.mail.RecipientState;
import org.postrider.mail.ReversePath;
import org.postrider.smtp.EsmtpParameters;
import org.postrider.smtp.MailArguments;

/**
 * An envelope while filters edit it. A recipient that was accepted stays in it, as removed where a filter took it out, so
 * that each has its disposition.
 *
 * <p>Thread: confined.
 */
final class EnvelopeDraft {
    private final List<Entry> entries = new ArrayList<>();
    private MailParameters parameters;
    private ReversePath reversePath;
    private @Nullable Cause held;

    /** Who did it, and why. */
    private record Cause(String by, String why) {}

    private static final class Entry {
        private final Recipient recipient;
        private @Nullable Cause removed;

        Entry(Recipient recipient) {
            this.recipient = recipient;
        }
    }

    EnvelopeDraft(Envelope envelope) {
        this.parameters = envelope.parameters();
        this.reversePath = envelope.reversePath();
        envelope.recipients().forEach(recipient -> entries.add(new Entry(recipient)));
    }

    /** @param changes sound parameters of MAIL; what they do not name stays, and SIZE means nothing once the content is here */
    void sender(ReversePath other, String changes) {
        reversePath = other;
        parameters = switch (MailArguments.change(parameters, changes)) {
            case EsmtpParameters.Parsed.Right<MailArguments>(var changed) -> changed.parameters();
            case EsmtpParameters.Parsed.Wrong<MailArguments> wrong ->
                throw new IllegalArgumentException("parameters that are none: " + wrong.reply());
        };
    }

    /** Adds a recipient; one that is there, or was taken out, is there once, with what RCPT said of it. */
    void add(Recipient added) {
        for (Entry entry : entries) {
            if (entry.recipient.mailbox().equals(added.mailbox())) {
                entry.removed = null;
                return;
            }
        }
        if (entries.size() < Envelope.RECIPIENTS_MAX) {
            entries.add(new Entry(added));
        }
    }

    void remove(Mailbox mailbox, String by, String why) {
        for (Entry entry : entries) {
            if (entry.removed == null && entry.recipient.mailbox().equals(mailbox)) {
                entry.removed = new Cause(by, why);
            }
        }
    }

    void removeAll(String by, String why) {
        for (Entry entry : entries) {
            if (entry.removed == null) {
                entry.removed = new Cause(by, why);
            }
        }
    }

    /** Whether nobody is left who would get it. */
    boolean isDiscarded() {
        return entries.stream().allMatch(entry -> entry.removed != null);
    }

    /** Holds those that are not removed; the first reason stands. */
    void hold(String by, String why) {
        if (held == null) {
            held = new Cause(by, why);
        }
    }

    Envelope envelope() {
        return new Envelope(
                reversePath,
                parameters,
                entries.stream().map(entry -> entry.recipient).toList());
    }

    /** What has become of each recipient already, in the envelope's order. */
    List<Optional<RecipientState>> states(Instant now) {
        List<Optional<RecipientState>> states = new ArrayList<>(entries.size());
        for (Entry entry : entries) {
            Cause removed = entry.removed;
            Cause hold = held;
            if (removed != null) {
                states.add(Optional.of(new RecipientState.Removed(now, by(removed), removed.why)));
            } else if (hold != null) {
                states.add(Optional.of(new RecipientState.Held(0, now, by(hold), hold.why, false, null)));
            } else {
                states.add(Optional.empty());
            }
        }
        return states;
    }

    private static String by(Cause cause) {
        return "filter " + cause.by;
    }
}
