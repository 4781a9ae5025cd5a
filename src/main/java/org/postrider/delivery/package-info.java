/**
 * One delivery attempt from route to outcome: implements {@code queue.Transport}.
 *
 * <p>Routes, MX look-up, address choice and guards, pooled connections, SMTP, LMTP and maildir delivery, classification
 * of what came back. Must not decide when to try again: that is the queue's.
 *
 * <pre>
 * route:   reroute ─▶ RouteTable ─▶ (by MX) MxRouting ─▶ Site
 * attempt: Site ─▶ pooled connection, or SiteHosts ─▶ HostAddresses ─▶ dial ─▶ Handover ─▶ Replies ─▶ Outcome
 * </pre>
 *
 * <p>Doors: {@link org.postrider.delivery.Deliverer}, configured with a {@link org.postrider.delivery.RouteTable} of {@link
 * org.postrider.delivery.Route}s and {@link org.postrider.delivery.DeliverySettings}; {@link
 * org.postrider.delivery.TlsPolicy} is where TLS requirements come in.
 *
 * <p>No Return-Path is added over SMTP or LMTP: who makes the final delivery adds it (RFC 5321 §4.4), and that is the LMTP
 * server or our own maildir delivery.
 *
 * <p>STANDARDS: RFC 5321 §5.1, §5.2 (MX, addresses), RFC 7505 (null MX), RFC 7504 (521), RFC 2033 (LMTP), RFC 7672 (DANE), RFC
 * 8461 (MTA-STS), RFC 8689 (REQUIRETLS).
 *
 * <p>Thread: attempts run on virtual threads, blocking; answers are posted to the engine.
 */
@NullMarked
package org.postrider.delivery;

import org.jspecify.annotations.NullMarked;
