package org.postrider.smtp.client;

import java.io.IOException;
import java.io.InputStream;

/**
 * A message's content as it is stored: lines end with CRLF, no dots stuffed. Opened once for each transaction, and once
 * more beforehand where the content has to be looked through.
 */
public interface ContentSource {
    InputStream open() throws IOException;
}
