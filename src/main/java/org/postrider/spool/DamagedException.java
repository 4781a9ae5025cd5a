package org.postrider.spool;

import java.io.IOException;

/** Bytes of the spool are not what was written. */
final class DamagedException extends IOException {
    private static final long serialVersionUID = 1;

    DamagedException(String message) {
        super(message);
    }
}
