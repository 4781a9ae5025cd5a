/**
 * The configuration: one TOML file, read strictly, as one immutable tree of records.
 *
 * <p>{@link org.postrider.server.config.Configuration} is the only place where a key is defined: its component is the key,
 * its type says what may be written, and its {@link org.postrider.server.config.Key} the default and the meaning. The
 * reader, the checks and {@code docs/configuration.md} all follow from it. {@link
 * org.postrider.server.config.ConfigurationFile} is the door.
 *
 * <p>Must not know what is started from it: the composition root maps these records onto the settings of each package.
 *
 * <p>STANDARDS: TOML 1.0.
 *
 * <p>Thread: any; all values are immutable.
 */
@NullMarked
package org.postrider.server.config;

import org.jspecify.annotations.NullMarked;
