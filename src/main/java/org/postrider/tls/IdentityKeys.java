package org.postrider.tls;

import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/** Shows {@link Identities} to JSSE, which asks for the alias of a key for each kind that the client can check. */
final class IdentityKeys extends X509ExtendedKeyManager {
    private static final String CHALLENGE = "challenge-";

    private final Identities identities;

    IdentityKeys(Identities identities) {
        this.identities = identities;
    }

    @Override
    public @Nullable String chooseEngineServerAlias(
            String keyType, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
        if (engine == null) {
            return null;
        }
        String host = ServerNames.requested(engine);
        if (AlpnChoice.ACME.equals(engine.getHandshakeApplicationProtocol())) {
            return identities
                    .challenge(host)
                    .filter(identity -> identity.isOfType(keyType))
                    .map(_ -> CHALLENGE + host)
                    .orElse(null);
        }
        List<String> algorithms = engine.getHandshakeSession() instanceof ExtendedSSLSession session
                ? List.of(session.getPeerSupportedSignatureAlgorithms())
                : List.of();
        return identities
                .choose(keyType, host, identity -> canCheck(algorithms, identity))
                .map(Identities.Named::alias)
                .orElse(null);
    }

    /** Whether a client that knows these signatures (none: it did not say) knows those of this key. */
    private static boolean canCheck(List<String> algorithms, PemIdentity identity) {
        String name = identity.certificate().getPublicKey().getAlgorithm();
        return algorithms.isEmpty()
                || algorithms.stream()
                        .anyMatch(known -> known.endsWith("with" + (name.equals("EC") ? "ECDSA" : name))
                                || (name.startsWith("Ed") && known.startsWith("Ed"))
                                || (name.equals("RSA") && known.equals("RSASSA-PSS")));
    }

    private Optional<PemIdentity> challenged(String alias) {
        return alias.startsWith(CHALLENGE)
                ? identities.challenge(alias.substring(CHALLENGE.length()))
                : Optional.empty();
    }

    @Override
    public X509Certificate @Nullable [] getCertificateChain(@Nullable String alias) {
        return Optional.ofNullable(alias)
                .flatMap(
                        name -> challenged(name).or(() -> identities.named(name).map(Identities.Named::identity)))
                .map(identity -> identity.chain().toArray(X509Certificate[]::new))
                .orElse(null);
    }

    @Override
    public @Nullable PrivateKey getPrivateKey(@Nullable String alias) {
        return Optional.ofNullable(alias)
                .flatMap(name -> challenged(name)
                        .map(PemIdentity::key)
                        .or(() -> identities.named(name).map(Identities.Named::key)))
                .orElse(null);
    }

    @Override
    public String @Nullable [] getServerAliases(String keyType, Principal @Nullable [] issuers) {
        return null;
    }

    @Override
    public String @Nullable [] getClientAliases(String keyType, Principal @Nullable [] issuers) {
        return null;
    }

    @Override
    public @Nullable String chooseServerAlias(String keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
        return null;
    }

    @Override
    public @Nullable String chooseClientAlias(
            String[] keyTypes, Principal @Nullable [] issuers, @Nullable Socket socket) {
        return null;
    }
}
