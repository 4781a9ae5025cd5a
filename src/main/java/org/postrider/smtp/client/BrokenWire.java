package org.postrider.smtp.client;

/** The connection is of no more use. Thrown from the wire up to the one place that makes a value of it. */
final class BrokenWire extends Exception {
    private static final long serialVersionUID = 1;

    private final Failure failure;

    /** {@code what} is one sentence for people. */
    BrokenWire(Failure failure, String what) {
        // An everyday event: the stack would tell nothing and costs.
        super(what, null, false, false);
        this.failure = failure;
    }

    Failure failure() {
        return failure;
    }

    String what() {
        return String.valueOf(getMessage());
    }
}
