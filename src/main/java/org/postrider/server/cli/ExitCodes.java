package org.postrider.server.cli;

/** What the process says at its end. */
final class ExitCodes {
    static final int OK = 0;

    /** What was to be proven sound is not: a spool is damaged, or the crash test found a broken promise. */
    static final int DAMAGED = 1;

    /** A check found something wrong that mail survives. */
    static final int WARNED = 1;

    /** A check found what mail does not survive, or could not find it out. */
    static final int WRONG = 2;

    /** The command was not understood (EX_USAGE). */
    static final int USAGE = 64;

    /** What was asked for is not there (EX_NOINPUT). */
    static final int NOT_FOUND = 66;

    /** The mail was refused for good: bounced, expired or removed (EX_UNAVAILABLE). */
    static final int REFUSED = 69;

    /** An error of ours (EX_SOFTWARE). */
    static final int INTERNAL = 70;

    /** A server, file or network could not be reached (EX_IOERR). */
    static final int IO = 74;

    /** The mail waits for a later attempt, or the time to follow it was over (EX_TEMPFAIL). */
    static final int DEFERRED = 75;

    /** The configuration is not valid (EX_CONFIG). */
    static final int CONFIGURATION = 78;

    private ExitCodes() {}
}
