/**
 * DMARC: whether whoever is named as a message's author has authenticated it, what the author's domain wants done where it
 * has not, and what is to be reported.
 *
 * <pre>
 *   From ── AuthorDomains ──┐
 *   SPF, DKIM results ──────┤  AuthenticatedIdentifier
 *   DNS ── TreeWalk ────────┴─► Dmarc.evaluate ─► DmarcOutcome ─► Disposition
 * </pre>
 *
 * <p>{@link org.postrider.mailauth.dmarc.Dmarc} is the door. It takes the results of SPF and DKIM as neutral values and knows
 * of neither, nor of a server. Reports are written in {@code report} and sent by {@code feedback}.
 *
 * <p>STANDARDS: RFC 9989 (which obsoletes RFC 7489 and 9091), RFC 9990 §4 (who may be sent reports), RFC 8601 §2.7. Where
 * the rule of RFC 7489 §3.2 with its public suffix list would say otherwise, the outcome notes it.
 *
 * <p>Decided where the text is silent or contradicts itself: a tag that comes twice counts as malformed, so that its default
 * holds; names and values are compared without regard to case but for {@code DMARC1}; nothing may stand before {@code v}; a
 * record that §4.10.1 makes void still counts as found in a walk; SPF or DKIM that came to {@code temperror} on a name that
 * would align turns {@code fail} into {@code temperror}.
 *
 * <p>Thread: values, any; an evaluation is confined and asks the DNS on the executor that it is given.
 */
@NullMarked
package org.postrider.mailauth.dmarc;

import org.jspecify.annotations.NullMarked;
