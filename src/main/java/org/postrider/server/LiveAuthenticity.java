package org.postrider.server;

import java.io.IOException;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.postrider.dns.Resolver;
import org.postrider.mail.Domain;
import org.postrider.mail.Mailbox;
import org.postrider.mailauth.dkim.CryptoProviders;
import org.postrider.mailauth.dkim.DkimSigner;
import org.postrider.mailauth.verify.MessageVerifier;
import org.postrider.policy.AuthenticitySettings;
import org.postrider.reception.AuthenticityDesk;
import org.postrider.reception.Forwarding;
import org.postrider.reception.SigningDesk;
import org.postrider.server.config.Configuration;

/**
 * Verifying and signing by the configuration that is in force.
 *
 * <p>Thread: any.
 */
final class LiveAuthenticity implements SigningDesk {
    private static final int LOOKUPS_MAX = 2_000;

    private final MessageVerifier.Ports ports;
    private final Executor lanes;
    private volatile InForce inForce;

    record InForce(
            MessageVerifier verifier,
            AuthenticitySettings settings,
            Map<Domain, DkimSigner> signers,
            boolean convertsEightBit,
            Forwarding forwarding) {}

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

    void take(InForce other) {
        inForce = other;
    }

    /** What a configuration says, to be {@linkplain #take taken} when all of it is known to be good. */
    InForce read(Configuration configuration) throws IOException {
        AuthenticityOfConfiguration meaning = new AuthenticityOfConfiguration(configuration);
        return new InForce(
                meaning.verifier(ports),
                meaning.settings(),
                meaning.signers(ports.crypto(), lanes),
                configuration.dkim().convert8bit(),
                new ForwardingOfConfiguration(configuration).forwarding(ports.crypto(), lanes));
    }

    Forwarding forwarding() {
        return inForce.forwarding;
    }

    /** The sender for whom an address stands that we have made of it; any other stands for itself. */
    Mailbox sender(Mailbox address) {
        return inForce.forwarding.original(address, ports.clock().instant());
    }

    @Override
    public boolean convertsEightBit() {
        return inForce.convertsEightBit;
    }

    AuthenticityDesk desk() {
        return new AuthenticityDesk(() -> inForce.verifier, () -> inForce.settings, (_, _) -> {});
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
