/**
 * Our domains and their signing keys, and whether what their zones publish is right.
 *
 * <pre>
 *   domain add, rotate ── DomainRegister ──► state
 *   every few minutes  ── DomainRegister.keep ──► KeySighting (the DNS) ──► whoever signs
 *   domain check       ── DomainCheck ──► the DNS ──► CheckResult
 * </pre>
 *
 * <p>A key is made here, signs once its record has been seen, and is withdrawn when its successor signs. Must not know
 * how messages are signed or how answers are shown: it hands on keys, records and findings.
 *
 * <p>STANDARDS: RFC 6376 §3.6 (key records, and their rotation in §3.6.1), 8301 and 8463 (algorithms), 7208 (SPF), 9989
 * and 9990 (DMARC), 7505 (null MX), 7672 (DANE), 8460 (TLS reports), 8461 (MTA-STS).
 *
 * <p>Thread: any; calls wait for the state database, and checks for the DNS.
 */
@NullMarked
package org.postrider.domain;

import org.jspecify.annotations.NullMarked;
