/**
 * Reports about mail: delivery status notifications, written; and what comes back, read.
 *
 * <p>{@link org.postrider.report.DsnWriter} writes. {@link org.postrider.report.BounceReader} reads delivery reports and
 * complaints of others, standard ones and those that are mere words; it judges by what is common in the trade.
 *
 * <p>STANDARDS: RFC 3461 §5, §6; RFC 3462 and 6522 (multipart/report); RFC 3464 (delivery-status); RFC 6533
 * (internationalized); RFC 3834 (automatic answers); RFC 5965 (complaints).
 *
 * <p>Thread: any.
 */
@NullMarked
package org.postrider.report;

import org.jspecify.annotations.NullMarked;
