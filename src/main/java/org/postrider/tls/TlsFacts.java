package org.postrider.tls;

import java.security.cert.X509Certificate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a handshake came to. Whether the peer's certificates are to be believed is for the caller to judge.
 *
 * @param version such as {@code TLSv1.3}
 * @param cipher its suite's name as RFC 8446 and 5246 write it
 * @param serverName the name that the client asked for (RFC 6066 §3), {@code null} where it named none
 * @param peerChain the peer's certificates, its own first; empty where it showed none
 */
public record TlsFacts(
        String version, String cipher, @Nullable String serverName, List<X509Certificate> peerChain) {
    public TlsFacts {
        peerChain = List.copyOf(peerChain);
    }

    /** Version and cipher, as logs and trace fields tell them. */
    public String text() {
        return version + " " + cipher;
    }
}
