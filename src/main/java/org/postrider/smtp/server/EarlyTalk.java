package org.postrider.smtp.server;

/** Where a client sent more though it had to wait (RFC 5321 §4.3.1, RFC 2920 §3.1). */
public enum EarlyTalk {
    BEFORE_GREETING("before the greeting"),
    BEFORE_EHLO_REPLY("before the reply to its greeting"),
    BEFORE_GO_AHEAD("before the reply to DATA"),
    /** Groups of commands from a client that has not been told of PIPELINING. */
    UNOFFERED_PIPELINING("in groups of commands, without having asked whether it may");

    private final String words;

    EarlyTalk(String words) {
        this.words = words;
    }

    /** For people, behind "talked". */
    public String words() {
        return words;
    }
}
