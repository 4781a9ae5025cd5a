package org.postrider.smtp.server;

/** Why a session ended. */
public enum Ending {
    /** The client said QUIT. */
    QUIT,
    /** The client closed the connection, or it broke. */
    LOST,
    /** A deadline passed. */
    TIMED_OUT,
    /** The client did not read its replies. */
    NOT_READING,
    /** A limit on errors, junk, rate, recipients or line length was exceeded. */
    LIMIT_EXCEEDED,
    /** What came was not SMTP: HTTP, a TLS handshake, early talk, a wrong PROXY header. */
    NOT_SMTP,
    /** A TLS handshake came to nothing, or there was nothing to begin one with. */
    TLS_FAILED,
    /** The receptionist closed the connection with a 421 or 521. */
    DISMISSED,
    /** The server stops. */
    STOPPED,
    /** A defect of ours. */
    FAILED;

    /** Whether an operator may want to read of it. */
    public boolean isAbnormal() {
        return this != QUIT && this != STOPPED;
    }
}
