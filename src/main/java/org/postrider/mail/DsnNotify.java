package org.postrider.mail;

/**
 * Which events of a recipient its sender wants to be told of: NOTIFY= (RFC 3461 §4.1). All three false is
 * {@code NEVER}.
 *
 * @param specified whether there was a NOTIFY= at all: the next hop gets it as it was given, or none (RFC 3461 §5.2.1)
 */
public record DsnNotify(boolean specified, boolean success, boolean failure, boolean delay) {
    /** What holds without NOTIFY=: failures, and delays where the server sends such notices. */
    public static final DsnNotify UNSPECIFIED = new DsnNotify(false, false, true, true);

    public static final DsnNotify NEVER = new DsnNotify(false, false, false);

    public DsnNotify {
        if (!specified && (success || !failure || !delay)) {
            throw new IllegalArgumentException("NOTIFY that differs from the default and was not given");
        }
    }

    /** What a NOTIFY= asked for. */
    public DsnNotify(boolean success, boolean failure, boolean delay) {
        this(true, success, failure, delay);
    }

    public boolean isNever() {
        return !success && !failure && !delay;
    }
}
