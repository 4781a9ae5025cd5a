package org.postrider.report;

import java.io.IOException;
import java.io.InputStream;

/** The content of the message that a notice is about; read twice. */
public interface OriginalContent {
    long octets();

    InputStream open() throws IOException;
}
