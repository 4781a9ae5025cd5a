package org.postrider.policy;

import java.util.List;

/** What can be judged. */
public enum Check {
    /** The operator's own address lists. */
    CLIENT("client", Stage.CONNECT, false),
    /** Talking before one's turn. */
    EARLY_TALK("early-talk", Stage.CONNECT, true),
    /** DNS lists of good clients. */
    DNSWL("dnswl", Stage.CONNECT, true),
    /** DNS lists of bad clients. */
    DNSBL("dnsbl", Stage.CONNECT, true),
    REVERSE_NAME("reverse-name", Stage.CONNECT, true),
    HELO("helo", Stage.GREETING, true),
    /** The domain of the reverse-path. */
    SENDER("sender", Stage.SENDER, true),
    /** The weights of all that was judged before it. */
    SCORE("score", Stage.RECIPIENT, true),
    /** Whether the recipient exists. Holds for everybody: mail to nobody is of no use to friends either. */
    RECIPIENT("recipient", Stage.RECIPIENT, false),
    GREYLIST("greylist", Stage.RECIPIENT, true),
    /** How often a client comes; has its own moments, and no place in the order. */
    RATE("rate", Stage.CONNECT, true);

    /** The usual order: what costs nothing first, what remembers something last. */
    public static final List<Check> ORDER =
            List.of(CLIENT, EARLY_TALK, DNSWL, DNSBL, REVERSE_NAME, HELO, SENDER, SCORE, RECIPIENT, GREYLIST);

    private final String word;
    private final Stage stage;
    private final boolean sparesFriends;

    Check(String word, Stage stage, boolean sparesFriends) {
        this.word = word;
        this.stage = stage;
        this.sparesFriends = sparesFriends;
    }

    /** As findings name it. */
    public String word() {
        return word;
    }

    /** The earliest moment at which it can be judged. */
    Stage stage() {
        return stage;
    }

    /** Whether clients that are trusted, authenticated or on a list of good ones are spared. */
    boolean sparesFriends() {
        return sparesFriends;
    }
}
