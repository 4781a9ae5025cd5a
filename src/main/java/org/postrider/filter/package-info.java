/**
 * Content filters: the client side of the milter protocol, version 6, and of ClamAV's INSTREAM. Filters are asked in
 * order, each sees what those before it have changed, and none is trusted: every packet is bounded, and a filter that
 * breaks off leaves nothing of what it has begun.
 *
 * <pre>
 *   Filters ── session ──▶ FilterSession ── inspect ──▶ FilteredMessage ── judge ──▶ Verdict
 *                            │  MAIL, RCPT                 │  Staging, Content, Edits
 *                            └─ Milter ─ MilterLink        └─ VirusScanner
 * </pre>
 *
 * <p>Its doors are {@link org.postrider.filter.Filters} and what that hands out. Must not know SMTP sessions, the spool or
 * the queue.
 *
 * <p>STANDARDS: Sendmail's milter protocol, version 2 to 6, as libmilter's {@code mfdef.h} has it; clamd(8).
 *
 * <p>Thread: a session and all of it is confined; {@link org.postrider.filter.Filters}: any.
 */
@NullMarked
package org.postrider.filter;

import org.jspecify.annotations.NullMarked;
