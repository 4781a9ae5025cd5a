/**
 * Messages as RFC 5322 and MIME have them: scanning header fields in a stream, reading lists of addresses, writing trace
 * fields, building the messages that we send ourselves, converting 8-bit content to 7 bits. Never holds a body.
 *
 * <p>STANDARDS: RFC 5322, RFC 2045 to 2047, RFC 6152 §3 (conversion), RFC 5321 §4.4 (trace
 * fields), RFC 3848 and 6531 §4.3 (with).
 *
 * <p>Thread: any; scanners are confined.
 */
@NullMarked
package org.postrider.message;

import org.jspecify.annotations.NullMarked;
