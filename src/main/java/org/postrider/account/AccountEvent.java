package org.postrider.account;

import java.net.InetAddress;
import java.time.Instant;
import org.postrider.sasl.Refusal;

/** Something that happened at the door, for the log and the metrics. Names hold no control characters (RFC 4013). */
public sealed interface AccountEvent {
    Instant at();

    InetAddress client();

    /** The account as it is kept, or as it was claimed; empty where none was. */
    String user();

    record LoggedIn(Instant at, InetAddress client, String user, String mechanism) implements AccountEvent {}

    record Refused(Instant at, InetAddress client, String user, Refusal refusal) implements AccountEvent {}

    /** Too many guesses: nothing more is judged for the address or the user until the window ends. */
    record Blocked(Instant at, InetAddress client, String user) implements AccountEvent {}
}
