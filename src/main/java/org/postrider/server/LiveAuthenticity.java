package org.postrider.server;

import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.stream.Stream;
import org.postrider.dns.Resolver;
import org.postrider.domain.SigningKey;
import org.postrider.mail.Domain;
import org.postrider.mail.Mailbox;
import org.postrider.mailauth.dkim.CryptoProviders;
import org.postrider.mailauth.dkim.DkimIdentity;
import org.postrider.mailauth.dkim.DkimSigner;
import org.postrider.mailauth.dkim.KeySigner;
import org.postrider.mailauth.dkim.SigningLanes;
import org.postrider.mailauth.sign.SigningDesk;
import org.postrider.mailauth.verify.MessageVerifier;
import org.postrider.policy.AuthenticitySettings;
import org.postrider.reception.AuthenticityDesk;
import org.postrider.reception.Forwarding;
import org.postrider.server.config.Configuration;

/**
 * Verifying and signing by the configuration that is in force, and signing by the keys of the state database.
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
    private List<DkimIdentity> ofState = List.of();
    private volatile Map<Domain, DkimSigner> signers;

    /**
     * @param identities those of the configuration
     */
    record InForce(
            MessageVerifier verifier,
            AuthenticitySettings settings,
            List<DkimIdentity> identities,
            boolean convertsEightBit,
            Forwarding forwarding) {
        InForce {
            identities = List.copyOf(identities);
        }
    }

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
        this.signers = signers(inForce.identities, List.of());
    }

    /** Threads to sign on: half of the processors, so that sessions and delivery go on. */
    static SigningLanes lanes() {
        return new SigningLanes(Math.max(1, Runtime.getRuntime().availableProcessors() / 2), SIGNATURES_WAITING);
    }

    synchronized void take(InForce other) {
        inForce = other;
        signers = signers(other.identities, ofState);
    }

    /** Signs by these keys of the state database, too, from now on. */
    synchronized void sign(List<SigningKey> keys) {
        ofState = keys.stream()
                .map(key -> new DkimIdentity(
                        key.domain(), key.selector(), new KeySigner(ports.crypto(), lanes, key.pair())))
                .toList();
        signers = signers(inForce.identities, ofState);
    }

    private Map<Domain, DkimSigner> signers(List<DkimIdentity> configured, List<DkimIdentity> kept) {
        Map<Domain, List<DkimIdentity>> identities = new LinkedHashMap<>();
        Stream.concat(configured.stream(), kept.stream())
                .forEach(identity -> identities
                        .computeIfAbsent(identity.domain(), _ -> new ArrayList<>())
                        .add(identity));
        Map<Domain, DkimSigner> made = new HashMap<>();
        identities.forEach(
                (domain, all) -> made.put(domain, new DkimSigner(ports.crypto(), all, DkimSigner.Form.DEFAULT)));
        return Map.copyOf(made);
    }

    /** What a configuration says, to be {@linkplain #take taken} when all of it is known to be good. */
    InForce read(Configuration configuration) throws IOException {
        AuthenticityOfConfiguration meaning = new AuthenticityOfConfiguration(configuration);
        return new InForce(
                meaning.verifier(ports),
                meaning.settings(),
                meaning.identities(ports.crypto(), lanes),
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
    public boolean signs() {
        return !signers.isEmpty();
    }

    @Override
    public boolean convertsEightBit() {
        return inForce.convertsEightBit;
    }

    AuthenticityDesk desk(AuthenticityDesk.Told told) {
        return new AuthenticityDesk(() -> inForce.verifier, () -> inForce.settings, told);
    }

    /** By the keys of the domain itself, or of the nearest one above it that has any. */
    @Override
    public Optional<DkimSigner> signer(Domain author) {
        Map<Domain, DkimSigner> now = signers;
        if (now.isEmpty()) {
            return Optional.empty();
        }
        String name = author.ascii();
        while (true) {
            DkimSigner found = now.get(new Domain(name));
            int dot = name.indexOf('.');
            if (found != null || dot < 0) {
                return Optional.ofNullable(found);
            }
            name = name.substring(dot + 1);
        }
    }
}
