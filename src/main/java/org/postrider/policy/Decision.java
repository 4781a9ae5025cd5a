package org.postrider.policy;

import org.postrider.mail.Reply;

/** What policy says to one step of a session. */
public sealed interface Decision {
    Decision PASS = new Pass();

    /** Nothing that would hinder it. */
    record Pass() implements Decision {}

    /** 4yz or 5yz. */
    record Refuse(Reply reply) implements Decision {
        public Refuse {
            if (reply.isPositive()) {
                throw new IllegalArgumentException("a refusal of " + reply);
            }
        }
    }
}
