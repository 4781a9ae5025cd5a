package org.postrider.sasl;

/** What the server's side says to one message of the client. */
public sealed interface Step {
    /** The client is to answer this; empty octets are a challenge, too. */
    @SuppressWarnings("ArrayRecordComponent") // carries bytes, is never compared
    record Challenge(byte[] octets) implements Step {}

    /** The client is who it says. The exchange is over. */
    record Accepted(Login login) implements Step {}

    /**
     * The exchange is over, and failed.
     *
     * @param user as claimed, for logs and for counting guesses; empty where none was told
     */
    record Refused(Refusal refusal, String user) implements Step {}
}
