/**
 * Signing the mail that we send, by DKIM, as its content passes on its way into the spool: that of users, and our own notices
 * and reports.
 *
 * <p>{@link org.postrider.mailauth.sign.SigningDesk} knows who signs for whom; {@link org.postrider.mailauth.sign.SignedContent}
 * is one message being signed.
 *
 * <p>STANDARDS: RFC 6376 §5, RFC 8463.
 *
 * <p>Thread: a desk any, a message is confined.
 */
@NullMarked
package org.postrider.mailauth.sign;

import org.jspecify.annotations.NullMarked;
