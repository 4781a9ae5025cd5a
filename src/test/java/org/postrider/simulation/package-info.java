/**
 * The queue engine in a simulated world: one thread, virtual time, every choice drawn from a seed. {@code World} is time and
 * chance, {@code SimJournal} the disk, {@code SimTransport} the other mail servers, {@code Simulation} the people and the
 * accidents, {@code Checks} what must hold. See docs/design/simulation.md.
 */
@NullMarked
package org.postrider.simulation;

import org.jspecify.annotations.NullMarked;
