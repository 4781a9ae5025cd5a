/**
 * Reports about mail: delivery status notifications, written.
 *
 * <p>STANDARDS: RFC 3461 §5, §6; RFC 3462 and 6522 (multipart/report); RFC 3464 (delivery-status); RFC 6533
 * (internationalized); RFC 3834 (automatic answers).
 *
 * <p>Thread: any.
 */
@NullMarked
package org.postrider.report;

import org.jspecify.annotations.NullMarked;
