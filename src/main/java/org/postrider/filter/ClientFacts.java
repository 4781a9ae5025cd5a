package org.postrider.filter;

import java.net.InetSocketAddress;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.postrider.mail.Domain;

/**
 * What is known of a client when it begins a transaction.
 *
 * @param local the address it connected to
 * @param host our own name
 * @param listener what kind of listener took it, such as {@code mx}
 * @param reverseName the client's confirmed name
 * @param greeting the name that it gave itself
 * @param tls {@code null} in clear text
 * @param user {@code null} where nobody has authenticated
 */
public record ClientFacts(
        InetSocketAddress remote,
        InetSocketAddress local,
        Domain host,
        String listener,
        Optional<Domain> reverseName,
        String greeting,
        @Nullable Tls tls,
        @Nullable User user) {

    /** Such as {@code TLSv1.3} and {@code TLS_AES_256_GCM_SHA384}. */
    public record Tls(String version, String cipher) {}

    /** Who authenticated, and how. */
    public record User(String name, String mechanism) {}
}
