package org.postrider.filter;

import java.io.IOException;

/** A filter could not be reached, broke off, stayed silent, or broke the protocol. Its default action decides then. */
final class FilterFailure extends IOException {
    private static final long serialVersionUID = 1;

    private static final System.Logger LOG = System.getLogger(FilterFailure.class.getName());

    FilterFailure(String message) {
        super(message);
    }

    FilterFailure(String message, Throwable cause) {
        super(message, cause);
    }

    /** Logs it, once where it is noticed; what a filter has said stands in the message as printable text at most. */
    void log(String filter) {
        LOG.log(System.Logger.Level.WARNING, () -> "filter " + filter + ": " + getMessage());
    }
}
