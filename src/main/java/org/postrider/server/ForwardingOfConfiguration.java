package org.postrider.server;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.Predicate;
import org.postrider.delivery.Route;
import org.postrider.delivery.RouteTable;
import org.postrider.mail.Domain;
import org.postrider.mail.MailHost;
import org.postrider.mail.Mailbox;
import org.postrider.mail.MailboxGrammar;
import org.postrider.mailauth.arc.ArcSealer;
import org.postrider.mailauth.dkim.CryptoProviders;
import org.postrider.mailauth.dkim.DkimIdentity;
import org.postrider.mailauth.dkim.SigningAlgorithm;
import org.postrider.mailauth.srs.Srs;
import org.postrider.reception.Forwarding;
import org.postrider.server.config.Configuration;
import org.postrider.server.config.ForwardingSections;
import org.postrider.server.config.Reference;
import org.postrider.smtp.client.Protocol;

/** What the configuration means for mail that goes on from here. */
final class ForwardingOfConfiguration {
    private final Configuration configuration;

    ForwardingOfConfiguration(Configuration configuration) {
        this.configuration = configuration;
    }

    /**
     * All of it.
     *
     * @param lanes on which seals are made
     * @throws IOException where a key or a secret cannot be read, in words for people
     */
    Forwarding forwarding(CryptoProviders crypto, Executor lanes) throws IOException {
        Map<Mailbox, List<Mailbox>> addresses = new HashMap<>();
        Map<Domain, List<Mailbox>> domains = new HashMap<>();
        for (ForwardingSections.Forward forward : configuration.forwards()) {
            Domain.parse(forward.from()).ifPresent(domain -> domains.put(domain, forward.to()));
            MailboxGrammar.mailbox(forward.from())
                    .ifPresent(address -> addresses.put(Forwarding.key(address), forward.to()));
        }
        Map<Domain, Character> delimiters = new HashMap<>();
        configuration
                .domains()
                .forEach(domain -> domain.recipientDelimiter()
                        .ifPresent(delimiter -> delimiters.put(domain.name(), delimiter.charAt(0))));
        Optional<Srs> srs = srs();
        Set<Domain> own = new HashSet<>(domains.keySet());
        own.add(configuration.hostname());
        configuration.domains().forEach(domain -> own.add(domain.name()));
        srs.ifPresent(rewriting -> own.add(rewriting.domain()));
        return new Forwarding(addresses, domains, delimiters, srs, own, endsHere(), sealer(crypto, lanes));
    }

    /** The rewriting of senders; empty where there is none. */
    private Optional<Srs> srs() throws IOException {
        ForwardingSections.Srs srs = configuration.srs();
        List<String> secrets = new ArrayList<>();
        for (Reference secret : srs.secret()) {
            secrets.add(secret.resolve());
        }
        return secrets.isEmpty()
                ? Optional.empty()
                : Optional.of(new Srs(secrets, srs.domain().orElse(configuration.hostname()), srs.days()));
    }

    private Predicate<MailHost> endsHere() {
        RouteTable routes = new PackageSettings(configuration).routes();
        return host -> switch (routes.find(host)) {
            case Route.ByMx _ -> false;
            case Route.Server server -> server.protocol() == Protocol.LMTP;
            case Route.Maildir _, Route.Hold _, Route.Discard _ -> true;
        };
    }

    /** RSA first: hardly anybody verifies other seals. */
    private Optional<ArcSealer> sealer(CryptoProviders crypto, Executor lanes) throws IOException {
        Optional<Domain> domain =
                configuration.arc().seal() ? configuration.arc().key(configuration) : Optional.empty();
        if (domain.isEmpty()) {
            return Optional.empty();
        }
        List<DkimIdentity> identities =
                new AuthenticityOfConfiguration(configuration).identities(domain.get(), crypto, lanes);
        DkimIdentity identity = identities.stream()
                .filter(each -> each.signer().algorithm() == SigningAlgorithm.RSA_SHA256)
                .findFirst()
                .orElse(identities.getFirst());
        return Optional.of(new ArcSealer(crypto, identity, ArcSealer.defaultForm()));
    }
}
