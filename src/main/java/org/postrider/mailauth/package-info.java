/**
 * The words that all of mail authentication shares: results and the field that tells them, tag lists, header sections as
 * octets.
 *
 * <p>The methods themselves are packages of their own: {@code mailauth.spf}, {@code mailauth.dkim}, {@code mailauth.arc} and
 * {@code mailauth.dmarc}; {@code mailauth.verify} brings them together over one message, {@code mailauth.sign} signs what
 * we send, and {@code mailauth.srs} rewrites the senders of what is forwarded. None of them knows of a server: they take
 * octets, a {@code dns.Resolver} and the time, and give values. Malformed input is a result, never an exception.
 *
 * <p>STANDARDS: RFC 8601 (results and their field), RFC 6376 §3.2 (tag lists), RFC 5322 §2.2 (header fields).
 *
 * <p>Thread: values, any.
 */
@NullMarked
package org.postrider.mailauth;

import org.jspecify.annotations.NullMarked;
