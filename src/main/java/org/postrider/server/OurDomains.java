package org.postrider.server;

import java.io.IOException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.postrider.dns.DnsResolver;
import org.postrider.dns.DnsSettings;
import org.postrider.dns.Resolver;
import org.postrider.domain.DomainRegister;
import org.postrider.domain.DomainSettings;
import org.postrider.domain.SigningKey;
import org.postrider.mail.Domain;
import org.postrider.mail.Mailbox;
import org.postrider.mail.MailboxGrammar;
import org.postrider.mailauth.dkim.DkimKeyPair;
import org.postrider.server.config.AuthenticitySections.DkimKey;
import org.postrider.server.config.Configuration;
import org.postrider.state.StateDatabase;
import org.postrider.tls.Authorities;
import org.postrider.tls.Identities;
import org.postrider.tls.PemIdentity;
import org.postrider.tlspolicy.HttpsPolicyFetch;
import org.postrider.tlspolicy.PolicyFetch;

/** What the configuration means for our domains, and the register of those in the state database. */
public final class OurDomains {
    /** Somebody waits for it. */
    private static final Duration POLICY_PATIENCE = Duration.ofSeconds(15);

    /** For one look at one server: the next look comes soon, and a command may wait for several. */
    private static final Duration LOOK_PATIENCE = Duration.ofSeconds(2);

    private OurDomains() {}

    /**
     * @param desk takes the keys that sign, now and whenever they change
     */
    static DomainRegister register(
            StateDatabase state, DnsSettings dns, Supplier<PackageSettings> settings, Consumer<List<SigningKey>> desk)
            throws IOException {
        DomainRegister register = new DomainRegister(
                state,
                new DnsResolver(forgetful(dns).withTries(LOOK_PATIENCE, 1), System::nanoTime),
                InstantSource.system(),
                () -> settings(settings.get().configuration()),
                DkimKeyPair::generate,
                desk);
        register.start();
        return register;
    }

    /** With nothing remembered: what somebody has published a moment ago is to be seen. */
    private static DnsSettings forgetful(DnsSettings dns) {
        return new DnsSettings(
                dns.servers(),
                dns.trustAd(),
                dns.trustAnchors(),
                dns.tryTimeout(),
                dns.rounds(),
                1,
                Duration.ZERO,
                Duration.ZERO,
                Duration.ZERO);
    }

    /** The resolver of commands that check what has been published just now. */
    public static DnsResolver resolver(Configuration configuration) throws IOException {
        return new DnsResolver(forgetful(new PackageSettings(configuration).dns()), System::nanoTime);
    }

    /**
     * The policies of MTA-STS, fetched as the server fetches those of others.
     *
     * @throws IOException where the authorities to believe cannot be read
     */
    public static PolicyFetch policies(Configuration configuration, Resolver resolver) throws IOException {
        PackageSettings settings = new PackageSettings(configuration);
        Authorities authorities = settings.authorities();
        return new HttpsPolicyFetch(
                resolver, settings::policyHosts, () -> authorities, InstantSource.system(), POLICY_PATIENCE);
    }

    /**
     * The certificates that our host may show to a client which asks for its name, each with those above it; empty where no
     * certificate is to be had.
     *
     * @throws IOException where one cannot be read
     */
    public static List<List<X509Certificate>> shownChains(Configuration configuration) throws IOException {
        return Identities.shownFor(configuration.hostname().ascii(), new TlsOfConfiguration(configuration).shown())
                .stream()
                .map(PemIdentity::chain)
                .toList();
    }

    public static DomainSettings settings(Configuration configuration) {
        return new DomainSettings(
                configuration.hostname(),
                reports(configuration),
                configuration.domains().stream()
                        .map(Configuration.LocalDomain::name)
                        .collect(Collectors.toSet()),
                new PackageSettings(configuration).ownPolicies(),
                configuration.dkim().rotationWait(),
                taken(configuration));
    }

    /** Where the server itself reads reports, else who answers for it. */
    private static Mailbox reports(Configuration configuration) {
        return configuration.report().intake().stream()
                .findFirst()
                .or(configuration::postmaster)
                .orElseGet(() -> MailboxGrammar.mailbox("postmaster@" + configuration.hostname())
                        .orElseThrow());
    }

    private static Set<Domain> taken(Configuration configuration) {
        Set<Domain> taken = new HashSet<>();
        for (DkimKey key : configuration.dkimKeys()) {
            taken.add(new Domain(key.selector() + "._domainkey." + key.domain().ascii()));
        }
        return taken;
    }
}
