package org.postrider.smtp.server;

/** How much the server can bear just now. */
public enum StressLevel {
    CALM,
    /** Sessions get less patience: shorter time-outs, fewer errors. */
    BUSY,
    /** New connections are answered with 421 4.3.2. */
    OVERLOADED
}
