package org.postrider.server.config;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import org.postrider.mail.Domain;
import org.postrider.mail.Mailbox;

/** The sections of {@link Configuration} that say where certificates come from and whom they convince. */
public final class TlsSections {
    private TlsSections() {}

    /** How the authority sees that a name is ours. */
    public enum Challenge {
        HTTP_01,
        TLS_ALPN_01
    }

    public enum KeyKind {
        EC,
        RSA
    }

    public record Tls(
            @Key(
                    meaning = "Certificate chain in PEM, the server's own first; `file:` or `env:`. Watched: a renewed"
                            + " file is in force within seconds, and sessions go on.")
            Optional<Reference> certificate,

            @Key(meaning = "Its private key in PEM, without a passphrase; `file:` or `env:`.")
            Optional<Reference> key,

            @Key(
                    meaning = "Further CAs, PEM, for outgoing TLS, MTA-STS policy hosts and the directory of `[acme]`;"
                            + " `file:` or `env:`.")
            Optional<Reference> trust,

            @Key(
                    fallback = "\"1.2\"",
                    meaning = "The least version that clients must speak: `1.2` or `1.3`; nothing older is spoken.")
            String minVersion,

            @Key(
                    meaning = "CAs, PEM, whose client certificates give the rights of `[relay] networks`; clients are"
                            + " asked for one, and those without may go on. `file:` or `env:`.")
            Optional<Reference> clientCa,

            @Key(
                    fallback = "false",
                    meaning = "Makes a certificate that nobody vouches for and keeps it in `data-dir`: to try TLS, or"
                            + " for a mail exchanger without any other. Shown after those of files and `[acme]`.")
            boolean selfSigned) {}

    public record Certificate(
            @Key(meaning = "Certificate chain in PEM for further names, or for the same with another kind of key.")
            Reference certificate,

            @Key(meaning = "Its private key in PEM.") Reference key) {}

    public record Acme(
            @Key(
                    fallback = "[]",
                    meaning = "The names that one certificate is asked for; none: ACME is off. Each must lead here.")
            List<Domain> names,

            @Key(
                    fallback = "\"https://acme-v02.api.letsencrypt.org/directory\"",
                    meaning = "The directory of the authority.")
            String directory,

            @Key(meaning = "Whom the authority may write to.")
            Optional<Mailbox> email,

            @Key(fallback = "false", meaning = "Must be true: that you agree to the authority's terms of service.")
            boolean termsAgreed,

            @Key(
                    fallback = "\"http-01\"",
                    meaning = "`http-01`: the authority asks at port 80 of each name, which must lead to"
                            + " `http-address`; `tls-alpn-01`: at port 443, which must lead to a listener with"
                            + " `tls = \"implicit\"`.")
            Challenge challenge,

            @Key(
                    fallback = "\"0.0.0.0:80\"",
                    meaning = "Where `http-01` is answered, and nothing else. Behind a web server, let that forward"
                            + " `/.well-known/acme-challenge/` here.")
            InetSocketAddress httpAddress,

            @Key(fallback = "\"ec\"", meaning = "The kind of key: `ec` (P-256) or `rsa` (2,048 bits).")
            KeyKind keyType,

            @Key(meaning = "The id of the account at the authority, where it wants one (external account binding).")
            Optional<String> eabKeyId,

            @Key(meaning = "Its MAC key in base64url; `file:` or `env:`.")
            Optional<Reference> eabKey) {
        public Acme {
            names = List.copyOf(names);
        }

        public boolean isOn() {
            return !names.isEmpty();
        }
    }
}
