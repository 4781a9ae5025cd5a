/**
 * Where the server's certificates come from: files that are watched, an authority that is asked by ACME, or one that is
 * made on the spot. All of them end in one {@link org.postrider.tls.Identities}, which every listener shows.
 *
 * <p>Must not know SMTP, listeners or the configuration file.
 *
 * <p>STANDARDS: RFC 8555 (ACME), 8737 (TLS-ALPN-01), 7468 (PEM), 5280 (certificates).
 *
 * <p>Thread: {@link org.postrider.certificate.CertificateKeeper} any; it has two of its own, which may block.
 */
@NullMarked
package org.postrider.certificate;

import org.jspecify.annotations.NullMarked;
