/**
 * The client's side of SMTP and LMTP: connections, transactions, and what a peer's replies mean for each recipient.
 *
 * <p>Trusts no peer: replies are bounded, malformed ones are temporary failures, nothing waits without a deadline.
 *
 * <p>STANDARDS: RFC 5321, 1870, 2033, 2034, 2920, 3030, 3461, 6152, 6531, 9422.
 *
 * <p>Thread: one thread a connection at a time, blocking.
 */
@NullMarked
package org.postrider.smtp.client;

import org.jspecify.annotations.NullMarked;
