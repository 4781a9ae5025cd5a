package org.postrider.spool;

/** What a commit waits for before it answers. */
public enum Durability {
    /** The disk says that it has the message: survives a power cut. */
    FSYNC,
    /** The operating system has the message: survives a crash of the process, not a power cut. */
    OS
}
