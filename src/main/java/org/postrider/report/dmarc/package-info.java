/**
 * Reports about DMARC: aggregate reports, written and read, and failure reports in the Abuse Reporting Format.
 *
 * <p>{@link org.postrider.report.dmarc.AggregateReport} and {@link org.postrider.report.dmarc.FailureReport} are the values;
 * each has a writer and a reader. Readers take what comes from anywhere: they resolve nothing, bound what they unpack, and
 * refuse with a reason. Who is sent what, and when, is not known here.
 *
 * <p>STANDARDS: RFC 9990 (aggregate reports, and the older form of RFC 7489 Appendix C, which is read only), RFC 9991
 * (failure reports) on RFC 5965 and 6591 (ARF), RFC 6522 (multipart/report), RFC 1952 (gzip).
 *
 * <p>Thread: any.
 */
@NullMarked
package org.postrider.report.dmarc;

import org.jspecify.annotations.NullMarked;
