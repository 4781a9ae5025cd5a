/**
 * Reports on TLS as they travel: their JSON, written and read, and the mail that carries it. What is counted, and the report as
 * a value, is {@code tlspolicy}'s, which needs nothing but the JDK; JSON is here because it needs Jackson.
 *
 * <p>What is read was written by strangers: it is bounded in octets, in what it unpacks to, in depth and in entries, and is
 * never more than a value or a reason why it is none.
 *
 * <p>STANDARDS: RFC 8460 §4.4, §4.5, §5 (format, file names, transport), RFC 8259 (JSON), RFC 1952 (gzip).
 *
 * <p>Thread: any.
 */
@NullMarked
package org.postrider.tlsreport;

import org.jspecify.annotations.NullMarked;
