package org.postrider.tls;

import java.util.Optional;
import javax.net.ssl.SSLEngine;

/**
 * Makes the engines for the connections to one listener. Each listener has its own, so that a ticket of one is worth
 * nothing at another.
 *
 * <p>Thread: any.
 */
public interface ServerEngines {
    /** A new engine in server mode; empty while there is no certificate to show. */
    Optional<SSLEngine> engine();
}
