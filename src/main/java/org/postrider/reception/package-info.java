/**
 * From a client's words to a durable message, for SMTP and HTTP alike: who may relay, limits by address, trace fields,
 * loop detection, fix-ups on submission, stress mode, and the commit.
 *
 * <p>Implements {@code smtp.server.Receptionist}. Must not know sockets or protocol state.
 *
 * <p>STANDARDS: RFC 5321 §3.6, §4.4, §6.3; RFC 6409 §8.2, §8.3.
 *
 * <p>Thread: any; a visit is confined to its session.
 */
@NullMarked
package org.postrider.reception;

import org.jspecify.annotations.NullMarked;
