package org.postrider.filter;

import org.postrider.mail.Mailbox;
import org.postrider.mail.Recipient;
import org.postrider.mail.Reply;
import org.postrider.mail.ReversePath;

/** What a milter says: a verdict, a sign of life, or, after the end of a message, an edit. */
sealed interface MilterAnswer {

    /** Ends the wait for an answer. */
    sealed interface Verdict extends MilterAnswer {}

    record Continue() implements Verdict {}

    /** Takes the message, or the whole session, without looking any further. */
    record Accept() implements Verdict {}

    /** Takes the message and throws it away. */
    record Discard() implements Verdict {}

    /** Refuses, with a reply of ours or its own. */
    record Refuse(Reply reply) implements Verdict {}

    /** Wants no more of the body. */
    record Skip() implements Verdict {}

    /** Is at work still. */
    record Progress() implements MilterAnswer {}

    /** A change of the message that is being judged. */
    sealed interface Edit extends MilterAnswer {}

    /** A field at the end of the header. */
    record AddHeader(HeaderText field) implements Edit {}

    /**
     * A field among the others.
     *
     * @param index its place; 0 and 1 are before all that the filter saw, as the first place is that of our trace
     */
    record InsertHeader(int index, HeaderText field) implements Edit {}

    /**
     * Another value for a field; an empty one takes the field away.
     *
     * @param index which of the fields of that name, from 1
     */
    record ChangeHeader(int index, HeaderText field) implements Edit {}

    /** A piece of the body that replaces the old one. */
    @SuppressWarnings("ArrayRecordComponent") // carries bytes, is never compared
    record ReplaceBody(byte[] octets) implements Edit {}

    /** @param parameters of MAIL that are to change, sound, with a space before each; empty for none */
    record ChangeSender(ReversePath reversePath, String parameters) implements Edit {}

    record AddRecipient(Recipient recipient) implements Edit {}

    record DeleteRecipient(Mailbox mailbox) implements Edit {}

    /** Holds the message in the queue. */
    record Quarantine(String reason) implements Edit {}
}
