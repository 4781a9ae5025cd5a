/**
 * What happened to mail: rejected or accepted, attempted, delivered, deferred, bounced, expired, removed; what checks
 * found out about it; and who listens to that, the mail log and the metrics.
 *
 * <p>Thread: any.
 */
@NullMarked
package org.postrider.event;

import org.jspecify.annotations.NullMarked;
