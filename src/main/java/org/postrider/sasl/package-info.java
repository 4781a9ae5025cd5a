/**
 * AUTH mechanisms, server's and client's side: what the octets of an exchange mean. Pure, but for the {@link
 * org.postrider.sasl.Credentials} that the server's side asks, which may block.
 *
 * <p>{@link org.postrider.sasl.ServerMechanisms} and {@link org.postrider.sasl.ClientMechanisms} are the doors.
 *
 * <p>Must not know SMTP, base64 lines or where accounts are kept.
 *
 * <p>STANDARDS: RFC 4422 (SASL), 4616 (PLAIN), draft-murchison-sasl-login (LOGIN), 5802 and 7677 (SCRAM), 9266 (tls-exporter),
 * 7628 (OAUTHBEARER), 6750 (bearer tokens), 4013 (SASLprep). XOAUTH2 has no standard.
 *
 * <p>Thread: an exchange is confined to its session.
 */
@NullMarked
package org.postrider.sasl;

import org.jspecify.annotations.NullMarked;
