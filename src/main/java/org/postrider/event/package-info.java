/**
 * What happened to mail: accepted, attempted, delivered, deferred, bounced, expired, removed; and its listeners, the mail
 * log and the metrics.
 *
 * <p>Thread: any.
 */
@NullMarked
package org.postrider.event;

import org.jspecify.annotations.NullMarked;
