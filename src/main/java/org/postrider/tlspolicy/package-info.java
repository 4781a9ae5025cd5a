/**
 * What domains publish of the TLS that mail to them must have: DANE, MTA-STS; and the reports on how it went, TLS-RPT.
 *
 * <pre>
 * DaneLookup ─▶ DaneTlsa          a host's signed TLSA records, and what they say of a certificate
 * StsCache   ─▶ StsPolicy         a domain's policy, from its TXT record, over HTTPS, remembered
 * TlsLedger  ─▶ TlsReport         what is counted in a day, and its JSON
 * </pre>
 *
 * <p>Knows nothing of routes and connections: {@code delivery} joins a message, its site and these. Malformed input is a
 * result, never an exception.
 *
 * <p>STANDARDS: RFC 6698, RFC 7671, RFC 7672 (DANE), RFC 8461 (MTA-STS), RFC 8460 (TLS-RPT).
 *
 * <p>Thread: any; look-ups block.
 */
@NullMarked
package org.postrider.tlspolicy;

import org.jspecify.annotations.NullMarked;
