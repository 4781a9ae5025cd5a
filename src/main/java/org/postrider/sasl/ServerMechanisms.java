package org.postrider.sasl;

import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a server offers one client, as things are now: the -PLUS forms where the TLS session can be bound to, EXTERNAL where
 * the client has shown a certificate.
 *
 * <p>Thread: confined to a session.
 */
public final class ServerMechanisms {
    private final List<Mechanism> offered;
    private final Credentials credentials;
    private final Optional<byte[]> binding;
    private final List<X509Certificate> chain;
    private final SecureRandom random;

    /**
     * @param enabled those that may be offered at all
     * @param binding the octets of tls-exporter (RFC 9266); empty in clear and below TLS 1.3
     * @param chain the client's certificates, verified, its own first; empty where it has shown none
     */
    public ServerMechanisms(
            Set<Mechanism> enabled,
            Credentials credentials,
            Optional<byte[]> binding,
            List<X509Certificate> chain,
            SecureRandom random) {
        this.offered = Arrays.stream(Mechanism.values())
                .filter(enabled::contains)
                .filter(one -> !one.binds() || binding.isPresent())
                .filter(one -> one != Mechanism.EXTERNAL || !chain.isEmpty())
                .toList();
        this.credentials = credentials;
        this.binding = binding;
        this.chain = List.copyOf(chain);
        this.random = random;
    }

    /** What EHLO tells, best first. */
    public List<String> names() {
        return offered.stream().map(Mechanism::text).toList();
    }

    /** Begins an exchange; empty where the mechanism is not offered. */
    public Optional<ServerExchange> begin(String name) {
        return Mechanism.named(name).filter(offered::contains).map(this::begin);
    }

    private ServerExchange begin(Mechanism mechanism) {
        return switch (mechanism) {
            case PLAIN -> new PlainServer(credentials);
            case LOGIN -> new LoginServer(credentials);
            case EXTERNAL -> new ExternalServer(credentials, chain);
            case OAUTHBEARER -> new BearerServer(BearerForm.OAUTHBEARER, credentials);
            case XOAUTH2 -> new BearerServer(BearerForm.XOAUTH2, credentials);
            case SCRAM_SHA_512_PLUS, SCRAM_SHA_256_PLUS, SCRAM_SHA_1_PLUS, SCRAM_SHA_512, SCRAM_SHA_256, SCRAM_SHA_1 ->
                new ScramServer(mechanism, credentials, bindingOf(mechanism), random);
        };
    }

    private ScramServer.Binding bindingOf(Mechanism mechanism) {
        if (mechanism.binds()) {
            return new ScramServer.Binding.Bound(binding.orElseThrow());
        }
        String plus = mechanism.text() + "-PLUS";
        return new ScramServer.Binding.Unbound(names().contains(plus));
    }
}
