package org.postrider.smtp.client;

import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import org.postrider.tls.Authorities.Verdict;

/**
 * Judges a server's certificates by something else than the authorities that are believed. A value: two that judge alike
 * are equal, so that a pooled connection's certificates need not be judged again.
 */
public interface CertificateCheck {
    /** @param chain the server's own first, empty where it showed none */
    Verdict judge(List<X509Certificate> chain, Instant at);
}
