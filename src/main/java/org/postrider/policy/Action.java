package org.postrider.policy;

/** What happens where a check finds something against a client or its mail. */
public enum Action {
    /** The check is not made. */
    OFF,
    /** It is noted in the header, the log and for {@code explain}. */
    TAG,
    /** Its weight is added to the score, and the score decides. */
    SCORE,
    /** 4yz: come again later. */
    DEFER,
    /** 5yz. */
    REJECT
}
