/**
 * The words of mail: domains, mailboxes, envelopes, replies and the states of a recipient, as values that cannot be
 * wrong, with their grammar.
 *
 * <p>Knows no I/O, no clock, no configuration and no other package of Postrider; every other package speaks in these
 * values.
 *
 * <p>STANDARDS: RFC 5321 §4.1.2, §4.1.3 (paths, mailboxes, address literals), RFC 6531 §3.3 (UTF-8 in them), RFC 5890
 * and 5892 (internationalized domains), RFC 3463 (enhanced statuses), RFC 3461 §4 (NOTIFY, ORCPT, RET, ENVID).
 *
 * <p>Thread: any; all types are immutable.
 */
@NullMarked
package org.postrider.mail;

import org.jspecify.annotations.NullMarked;
