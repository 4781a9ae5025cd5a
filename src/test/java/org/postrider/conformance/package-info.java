/**
 * The protocol as transcripts: {@code conformance/*.smtp} among the test resources, played against the real session over a
 * wire in memory.
 */
@NullMarked
package org.postrider.conformance;

import org.jspecify.annotations.NullMarked;
