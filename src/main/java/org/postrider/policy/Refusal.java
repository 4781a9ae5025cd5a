package org.postrider.policy;

import org.jspecify.annotations.Nullable;
import org.postrider.mail.EnhancedStatus;
import org.postrider.mail.Reply;

/**
 * The replies that a check has for bad news.
 *
 * @param forGood 5yz; where a check cannot be sure, this is a 4yz too
 * @param forNow 4yz
 */
record Refusal(Reply forGood, Reply forNow) {
    private static final int DEFERRED = 450;
    private static final int TRANSIENT = 4;

    /** The same words for good and, with a 450, for now. */
    static Refusal of(int code, String status, String text) {
        Reply forGood = Reply.of(code, status, text);
        EnhancedStatus softer = EnhancedStatus.of(status).inClass(TRANSIENT);
        return new Refusal(forGood, new Reply(DEFERRED, softer, forGood.lines()));
    }

    /** One that is never for good. */
    static Refusal forNow(int code, String status, String text) {
        Reply reply = Reply.of(code, status, text);
        return new Refusal(reply, reply);
    }

    @Nullable
    Reply reply(Action action) {
        return switch (action) {
            case OFF, TAG, SCORE -> null;
            case DEFER -> forNow;
            case REJECT -> forGood;
        };
    }
}
