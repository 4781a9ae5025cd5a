package org.postrider.policy;

/** When a session is decided upon, in the order of the protocol. */
public enum Stage {
    CONNECT,
    GREETING,
    SENDER,
    RECIPIENT
}
