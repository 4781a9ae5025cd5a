/**
 * TLS over any two-way stream of octets, for both sides of SMTP: the engine behind one seam, certificates by server name,
 * and the facts of a session. Nothing of a session's buffers is kept while it idles.
 *
 * <p>Must not know SMTP, listeners or policies.
 *
 * <p>STANDARDS: RFC 8446 and 5246 (TLS 1.3 and 1.2), 6066 §3 (SNI), 8996 (nothing older), 9266 (tls-exporter).
 *
 * <p>Thread: a channel belongs to its session, but for {@link org.postrider.tls.TlsChannel#close}; certificates: any.
 */
@NullMarked
package org.postrider.tls;

import org.jspecify.annotations.NullMarked;
