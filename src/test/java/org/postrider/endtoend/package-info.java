/**
 * The whole server in a process of its own, with real sockets on loopback, the real clock and a real disk; one class for
 * each scenario. Nothing sleeps: every wait is for an event, with a deadline.
 */
@NullMarked
package org.postrider.endtoend;

import org.jspecify.annotations.NullMarked;
