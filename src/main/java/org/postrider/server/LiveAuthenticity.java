package org.postrider.server;

import java.io.IOException;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.postrider.dns.Resolver;
import org.postrider.mail.Domain;
import org.postrider.mailauth.dkim.CryptoProviders;
import org.postrider.mailauth.dkim.DkimSigner;
import org.postrider.mailauth.dkim.SigningLanes;
import org.postrider.mailauth.verify.MessageVerifier;
import org.postrider.policy.AuthenticitySettings;
import org.postrider.reception.AuthenticityDesk;
import org.postrider.reception.SigningDesk;
import org.postrider.server.config.Configuration;

/**
 * Verifying and signing by the configuration that is in force.
 *
 * <p>Thread: any.
 */
final class LiveAuthenticity implements SigningDesk {
    private static final int LOOKUPS_MAX = 2_000;

    /** Signatures that may wait for a lane; more messages are answered with 451. */
    private static final int SIGNATURES_WAITING = 10_000;

    private final MessageVerifier.Ports ports;
    private final Executor lanes;
    private volatile InForce inForce;

    record InForce(MessageVerifier verifier, AuthenticitySettings settings, Map<Domain, DkimSigner> signers) {}

    /**
     * @param lanes on which signatures are made
     */
    LiveAuthenticity(Resolver resolver, Executor lanes, Configuration configuration) throws IOException {
        this.ports = new MessageVerifier.Ports(
                resolver,
                new LookupThreads("authenticity", LOOKUPS_MAX),
                InstantSource.system(),
                System::nanoTime,
                CryptoProviders.best());
        this.lanes = lanes;
        this.inForce = read(configuration);
    }

    /** On half of the processors: the others have mail to take. */
    static SigningLanes signingLanes() {
        return new SigningLanes(Math.max(1, Runtime.getRuntime().availableProcessors() / 2), SIGNATURES_WAITING);
    }

    void take(InForce other) {
        inForce = other;
    }

    /** What a configuration says, to be {@linkplain #take taken} when all of it is known to be good. */
    InForce read(Configuration configuration) throws IOException {
        AuthenticityOfConfiguration meaning = new AuthenticityOfConfiguration(configuration);
        return new InForce(meaning.verifier(ports), meaning.settings(), meaning.signers(ports.crypto(), lanes));
    }

    AuthenticityDesk desk(AuthenticityDesk.Told told) {
        return new AuthenticityDesk(() -> inForce.verifier, () -> inForce.settings, told);
    }

    /** By the keys of the domain itself, or of the nearest one above it that has any. */
    @Override
    public Optional<DkimSigner> signer(Domain author) {
        Map<Domain, DkimSigner> signers = inForce.signers;
        if (signers.isEmpty()) {
            return Optional.empty();
        }
        String name = author.ascii();
        while (true) {
            DkimSigner found = signers.get(new Domain(name));
            int dot = name.indexOf('.');
            if (found != null || dot < 0) {
                return Optional.ofNullable(found);
            }
            name = name.substring(dot + 1);
        }
    }
}
