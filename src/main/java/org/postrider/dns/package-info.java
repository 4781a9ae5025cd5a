/**
 * Questions to the DNS and their answers as values: found, not there, or not to be found out now.
 *
 * <p>The only package that may use dnsjava, and it shows none of it.
 *
 * <p>STANDARDS: RFC 1035, RFC 2308 (negative answers), RFC 7505 (null MX).
 *
 * <p>Thread: any; calls block.
 */
@NullMarked
package org.postrider.dns;

import org.jspecify.annotations.NullMarked;
