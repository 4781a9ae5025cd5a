/**
 * Targets for the fuzzer: each takes any octets, gives them to a parser that sees remote ones, and throws where the parser
 * did what it must never do. {@code fuzz/run} lets the fuzzer at one; the corpus that it found is played in every build.
 */
@NullMarked
package org.postrider.fuzz;

import org.jspecify.annotations.NullMarked;
