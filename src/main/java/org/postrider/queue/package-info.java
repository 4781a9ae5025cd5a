/**
 * The queue engine: which recipient is tried when, over which ready queue, how fast, and what an outcome means for it.
 *
 * <p>One thread, no I/O, no clock of its own: {@link org.postrider.queue.Time}, {@link org.postrider.queue.Timers}, {@link
 * org.postrider.queue.Transport} and {@link org.postrider.queue.Journal} are its ports, which others implement, so that it
 * runs unchanged under the simulation. It imports {@code mail} alone.
 *
 * <pre>
 * accept ─▶ scheduled queue ─(due)─▶ route ─▶ ready queue of a site × egress source ─(slot, throttle)─▶ attempt
 *                 ▲                                                                                       │
 *                 └────────────────────── deferred ◀── disposition ◀── outcome ◀───────────────────────────┘
 * </pre>
 *
 * <p>{@link org.postrider.queue.QueueEngine} is the door, {@link org.postrider.queue.QueueSettings} how it is run; see
 * docs/design/queue.md.
 *
 * <p>STANDARDS: RFC 5321 §4.5.4.1 (retrying), RFC 3461 §5 and §6 (when notices are due).
 *
 * <p>Thread: engine only, unless a type says otherwise.
 */
@NullMarked
package org.postrider.queue;

import org.jspecify.annotations.NullMarked;
