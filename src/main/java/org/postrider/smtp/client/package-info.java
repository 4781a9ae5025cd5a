/**
 * The client's side of SMTP and LMTP: connections, transactions, and what a peer's replies mean for each recipient.
 *
 * <p>{@link org.postrider.smtp.client.SmtpConnection#open} dials, greets, begins TLS and authenticates; {@code send}
 * carries one message and says for each recipient what the peer answered, or how far the connection came before it broke.
 * Which hosts to dial, which TLS is required, whether to try again, and what a reply leads to is decided elsewhere.
 *
 * <p>Trusts no peer: replies are bounded, malformed ones are temporary failures, nothing waits without a deadline, and a
 * connection on which anything is in doubt is never used again.
 *
 * <p>STANDARDS: RFC 5321, 1870, 2033, 2034, 2920, 3030, 3207, 3461, 4954, 6152, 6531, 6533, 7504, 8314, 8996, 9422.
 *
 * <p>Thread: one thread a connection at a time, blocking.
 */
@NullMarked
package org.postrider.smtp.client;

import org.jspecify.annotations.NullMarked;
