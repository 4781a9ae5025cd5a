package org.postrider.mailauth.verify;

import java.net.InetAddress;
import java.util.Optional;
import org.postrider.mailauth.AuthResult;

/**
 * Where a message comes from, as its SMTP transaction told.
 *
 * @param helo the name that the client gave, as it gave it
 * @param mailFrom the reverse-path without angle brackets; the null one is the empty text
 * @param reverse whether the client's address and the name that it leads to confirm each other (RFC 8601 §2.7.3); empty where
 *     nobody asked
 * @param user who has authenticated; empty where nobody has
 */
public record Origin(
        InetAddress client, String helo, String mailFrom, Optional<AuthResult> reverse, Optional<String> user) {}
