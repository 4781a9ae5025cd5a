/**
 * The server's side of SMTP and LMTP: sessions, commands, replies.
 *
 * <p>A {@code Session} reads bytes through one reader that knows only CRLF, keeps one transaction object that is dropped
 * as a whole, and asks a {@link org.postrider.smtp.server.Receptionist} whatever is not protocol. It must not know what a
 * spool, a queue or a domain of ours is.
 *
 * <p>STANDARDS: RFC 5321 (SMTP), 1870 (SIZE), 2033 (LMTP), 2034 and 3463 (enhanced statuses), 2920 (PIPELINING), 3030
 * (CHUNKING, BINARYMIME), 3461 (DSN), 6152 (8BITMIME), 6531 (SMTPUTF8), 7504 (521), 9422 (LIMITS).
 *
 * <p>Thread: one virtual thread a session, blocking.
 */
@NullMarked
package org.postrider.smtp.server;

import org.jspecify.annotations.NullMarked;
