/**
 * The composition root: reads the configuration, news everything up, starts and stops it; {@code server.cli} is the
 * command line, {@code server.config} the configuration.
 */
@NullMarked
package org.postrider.server;

import org.jspecify.annotations.NullMarked;
