package org.postrider.mail;

/**
 * Which events of a recipient its sender wants to be told of: NOTIFY= (RFC 3461 §4.1). All three false is
 * {@code NEVER}.
 */
public record DsnNotify(boolean success, boolean failure, boolean delay) {
    /** What holds without NOTIFY=: failures, and delays where the server sends such notices. */
    public static final DsnNotify UNSPECIFIED = new DsnNotify(false, true, true);

    public static final DsnNotify NEVER = new DsnNotify(false, false, false);

    public boolean isNever() {
        return !success && !failure && !delay;
    }
}
