package org.postrider.smtp.client;

/** Why a connection is of no more use. All are temporary: they say nothing of a recipient. */
public enum Failure {
    /** None came about: refused, unreachable, no local address. */
    CONNECT,
    /** The peer did not answer, or did not read, in time. */
    TIMEOUT,
    /** The peer closed or reset it. */
    BROKEN,
    /** The peer said what is not SMTP, or out of step. */
    PROTOCOL
}
