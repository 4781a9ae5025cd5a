package org.postrider.smtp.server;

import java.util.Optional;
import org.postrider.tls.ServerEngines;

/**
 * What of TLS and AUTH a listener offers.
 *
 * @param engines where the TLS of its sessions comes from; unused where it offers none
 */
public record SecurityOffer(Tls tls, Auth auth, ServerEngines engines) {
    /** Neither. */
    public static final SecurityOffer NONE = new SecurityOffer(Tls.NONE, Auth.OFF, Optional::empty);

    /** How a session comes to TLS. */
    public enum Tls {
        NONE,
        /** RFC 3207. */
        STARTTLS,
        /** From the first octet on (RFC 8314 §3.3). */
        IMPLICIT
    }

    /** When a client may authenticate. */
    public enum Auth {
        OFF,
        UNDER_TLS,
        ALWAYS
    }

    boolean allowsAuth(boolean secured) {
        return switch (auth) {
            case OFF -> false;
            case UNDER_TLS -> secured;
            case ALWAYS -> true;
        };
    }
}
