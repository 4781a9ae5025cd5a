package org.postrider.state;

import java.io.IOException;

/** The state database did not do what was asked: nothing of that call has been changed. */
public final class StateException extends IOException {
    StateException(String message) {
        super(message);
    }

    StateException(String message, Throwable cause) {
        super(message + ": " + cause.getMessage(), cause);
    }
}
