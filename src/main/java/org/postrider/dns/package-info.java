/**
 * Questions to the DNS and their answers as values: found, not there, or not to be found out now.
 *
 * <p>{@link org.postrider.dns.Resolver} is the door, {@link org.postrider.dns.DnsResolver} what stands behind it. The only
 * package that may use dnsjava, and it shows none of it. Must not know what the answers are for: that no MX record means
 * the domain itself, or that a host is our own, is {@code delivery}'s to say.
 *
 * <p>STANDARDS: RFC 1035, RFC 2181 §11 and RFC 4343 (names), RFC 2308 (negative answers), RFC 6604 (aliases and NXDOMAIN), RFC 6840 §5.7 (AD), RFC 6891
 * (EDNS), RFC 7505 (null MX).
 *
 * <p>Thread: any; calls block.
 */
@NullMarked
package org.postrider.dns;

import org.jspecify.annotations.NullMarked;
