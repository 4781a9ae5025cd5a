package org.postrider.feedback;

import java.io.IOException;
import java.net.URI;

/** Where reports leave that are wanted over HTTPS. Thread: any; a call blocks, for a bounded time. */
@FunctionalInterface
public interface ReportPost {
    /**
     * Posts a report.
     *
     * @param to an {@code https:} URI
     * @throws IOException where it was not taken, in words for people; it is tried again later
     */
    void post(URI to, String mediaType, byte[] content) throws IOException;
}
