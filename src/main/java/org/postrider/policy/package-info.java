/**
 * Judges clients, senders and recipients while the client is still there: address lists, DNS lists, reverse names, HELO,
 * the sender's domain, the recipient's existence, greylisting, rates.
 *
 * <pre>
 *   Policy ── one a node: settings, and what sessions share (list health, caches, greylist, rates)
 *     └─ Inspection ── one a session: starts look-ups early, collects judgements when a decision is due
 *          └─ Judgement = Finding (for logs, header, explain) + the refusal that it would mean
 * </pre>
 *
 * <p>{@link org.postrider.policy.Policy} is the door; an {@link org.postrider.policy.Inspection} answers with a {@link
 * org.postrider.policy.Decision}. All look-ups of a session run side by side on virtual threads, and none outlives its
 * deadline for whoever waits for it. What could not be found out never refuses for good.
 *
 * <p>Must not know sessions, spool or queue. Time and random come in through the constructor.
 *
 * <p>STANDARDS: RFC 5782 (DNS lists), RFC 7505 §4.2 (senders with a null MX), RFC 7372 §3.3 (reverse names), RFC 6647
 * (greylisting), RFC 5321 §4.5.1 (postmaster), RFC 2920 §3.1 (who may pipeline).
 *
 * <p>Thread: any; an inspection is confined to its session.
 */
@NullMarked
package org.postrider.policy;

import org.jspecify.annotations.NullMarked;
