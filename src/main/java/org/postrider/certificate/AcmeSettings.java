package org.postrider.certificate;

import java.net.InetSocketAddress;
import java.net.URI;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How certificates are had from an authority by ACME (RFC 8555).
 *
 * @param directory of the authority
 * @param email whom it may write to
 * @param names all in one certificate, the first its subject
 * @param httpAddress where challenges are answered over HTTP, {@code null} where they are answered in TLS handshakes
 * @param binding the account at the authority that ours belongs to (RFC 8555 §7.3.4)
 * @param trust further authorities that the directory's own certificate may be from
 */
public record AcmeSettings(
        URI directory,
        Optional<String> email,
        List<String> names,
        @Nullable InetSocketAddress httpAddress,
        KeyType keyType,
        Optional<Binding> binding,
        List<X509Certificate> trust) {
    public AcmeSettings {
        names = List.copyOf(names);
        trust = List.copyOf(trust);
        if (names.isEmpty()) {
            throw new IllegalArgumentException("a certificate without names");
        }
    }

    /**
     * An account that exists outside of ACME.
     *
     * @param keyId as the authority gave it
     * @param macKey as the authority gave it, in base64url
     */
    public record Binding(String keyId, String macKey) {
        @Override
        public String toString() {
            return "Binding[" + keyId + ", ***]";
        }
    }

    /** Changes where what the authority is asked for, or how, does. */
    String mark() {
        String text = directory + " " + names + " " + httpAddress + " " + keyType + " " + email + " "
                + binding.map(Binding::keyId).orElse("");
        return Integer.toHexString(text.hashCode());
    }
}
