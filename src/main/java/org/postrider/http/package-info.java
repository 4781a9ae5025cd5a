/**
 * The HTTP side: health, metrics, the local control interface of the command line, and the first page of {@code dev}.
 *
 * <p>Thread: a virtual thread a request, blocking.
 */
@NullMarked
package org.postrider.http;

import org.jspecify.annotations.NullMarked;
