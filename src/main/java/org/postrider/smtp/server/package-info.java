/**
 * The server's side of SMTP and LMTP: sessions, commands, replies.
 *
 * <p>A {@code Session} reads bytes through one reader that knows only CRLF, keeps one transaction object that is dropped
 * as a whole, and asks a {@link org.postrider.smtp.server.Receptionist} whatever is not protocol. It must not know what a
 * spool, a queue or a domain of ours is.
 *
 * <p>The doors: {@link org.postrider.smtp.server.SmtpServer} with its settings, the {@link
 * org.postrider.smtp.server.Receptionist} that it asks and the {@link org.postrider.smtp.server.SessionObserver} that it
 * tells. Below them, in the order of an octet's way: {@code Wire} (a socket), {@code WireReader} (lines, content, chunks),
 * {@code ContentScanner} (the end of a message), {@code Session} and its {@code State}, one {@code Command} for each verb;
 * {@code ReplyWriter} on the way back. {@code Watch} and {@code Deadlines} end what takes too long.
 *
 * <p>STANDARDS: RFC 5321 (SMTP), 1870 (SIZE), 2033 (LMTP), 2034 and 3463 (enhanced statuses), 2920 (PIPELINING), 3030
 * (CHUNKING, BINARYMIME), 3461 (DSN), 6152 (8BITMIME), 6531 (SMTPUTF8), 8689 (REQUIRETLS), 7504 (521), 9422 (LIMITS).
 *
 * <p>Thread: one virtual thread a session, blocking; a platform thread for each listener accepts, and one for all
 * sessions watches their deadlines.
 */
@NullMarked
package org.postrider.smtp.server;

import org.jspecify.annotations.NullMarked;
