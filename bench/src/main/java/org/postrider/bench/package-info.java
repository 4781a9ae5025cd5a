/** Benchmarks of the parts that every message goes through; never shipped. */
package org.postrider.bench;
