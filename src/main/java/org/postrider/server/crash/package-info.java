/**
 * The proof behind the first promise: a message that got its 250 is delivered, bounced or still queued, whatever happens
 * to the process. {@code postrider crashtest} runs a real server under load on the user's own disk, kills it again and
 * again, restarts it on what it left, and accounts for every recipient at the end.
 *
 * <p>{@link org.postrider.server.crash.CrashTest} is the door. {@link org.postrider.server.crash.ServerProcess} and {@link
 * org.postrider.server.crash.SinkServer} serve the end-to-end tests too. The package talks to the server only as any
 * client would: by its command line, its configuration, SMTP and signals; only what is left when all has stopped is read through
 * the spool's own door.
 */
@NullMarked
package org.postrider.server.crash;

import org.jspecify.annotations.NullMarked;
