package org.postrider.tls;

import java.io.IOException;

/** TLS could not be begun or broke; what the stream below it did wrong is an {@link IOException} of its own. */
public final class TlsFailure extends IOException {
    private static final long serialVersionUID = 1;

    public TlsFailure(String message, Throwable cause) {
        super(message, cause);
    }
}
