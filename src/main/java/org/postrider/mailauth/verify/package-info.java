/**
 * All that is found out about a message's authenticity on its arrival, in one pass over it: SPF of MAIL FROM and HELO, DKIM,
 * ARC, DMARC, and the client's name.
 *
 * <p>{@link org.postrider.mailauth.verify.MessageVerifier} is the door. Look-ups run while the content still arrives; only the
 * last step, DMARC, waits for the others.
 *
 * <p>STANDARDS: RFC 7208, RFC 6376, RFC 8617, RFC 9989, RFC 8601 (what is told of it).
 *
 * <p>Thread: a {@code MessageVerifier} any, a {@code Verification} is confined.
 */
@NullMarked
package org.postrider.mailauth.verify;

import org.jspecify.annotations.NullMarked;
