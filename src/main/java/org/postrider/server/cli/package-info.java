/**
 * The command line: one class a command, all of them thin.
 *
 * <p>{@link org.postrider.server.cli.Cli} is the door. What runs a server is handed in as a {@link
 * org.postrider.server.cli.ServerStarter}; the commands that ask a running server do so over HTTP on its own machine, with
 * the token of its data directory.
 *
 * <p>Exit codes follow sysexits(3) and are listed in {@link org.postrider.server.cli.ExitCodes}. Data goes to standard
 * output, as JSON with {@code --json}; all else goes to standard error.
 *
 * <p>Thread: the main thread, unless a type says otherwise.
 */
@NullMarked
package org.postrider.server.cli;

import org.jspecify.annotations.NullMarked;
