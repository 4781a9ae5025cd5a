/**
 * Postrider against the servers and clients that it will meet: Postfix, OpenSMTPD and Exim as senders and as receivers,
 * swaks and Python's smtplib as clients. Real daemons on loopback ports, each in a directory of its own, laid out by
 * {@code bench/peers/install}; runs with {@code -Dinterop=true}, as root, on Linux.
 */
@NullMarked
package org.postrider.interop;

import org.jspecify.annotations.NullMarked;
