/**
 * SPF: may this client use this domain name? Asked of the DNS, answered as a value.
 *
 * <p>{@link org.postrider.mailauth.spf.Spf} takes a {@link org.postrider.mailauth.spf.SpfQuestion} and gives a {@link
 * org.postrider.mailauth.spf.SpfOutcome}; {@link org.postrider.mailauth.spf.ReceivedSpf} writes it down. What the outcome
 * is good for, to refuse a message or to note it, is not known here.
 *
 * <p>A record is parsed whole before any of it is evaluated, so that an error anywhere in it shows for every client (RFC
 * 7208 §4.6). Evaluation is bounded four ways: terms that ask the DNS, answers that are void, names of one term, and time.
 *
 * <p>STANDARDS: RFC 7208, RFC 8616 §4 (internationalized mail). RFC 7208 §4.8 leaves open what a name is that a macro made
 * unusable; here a mechanism with one does not match.
 *
 * <p>Thread: any; a check blocks within the resolver's time-outs.
 */
@NullMarked
package org.postrider.mailauth.spf;

import org.jspecify.annotations.NullMarked;
