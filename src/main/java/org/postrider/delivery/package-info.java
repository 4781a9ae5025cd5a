/**
 * One delivery attempt from route to outcome: implements {@code queue.Transport}.
 *
 * <p>Routes, MX look-up, address choice and guards, pooled connections, SMTP, LMTP and maildir delivery, classification
 * of what came back. Must not decide when to try again: that is the queue's.
 *
 * <p>STANDARDS: RFC 5321 §5.1, §5.2 (MX, addresses), RFC 7505 (null MX), RFC 7504 (521), RFC 2033 (LMTP).
 *
 * <p>Thread: attempts run on virtual threads, blocking; answers are posted to the engine.
 */
@NullMarked
package org.postrider.delivery;

import org.jspecify.annotations.NullMarked;
