package org.postrider.server;

import java.io.IOException;
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

/** What the configuration means for our domains, and the register of those in the state database. */
public final class OurDomains {
    private OurDomains() {}

    /**
     * @param desk takes the keys that sign, now and whenever they change
     */
    static DomainRegister register(
            StateDatabase state, DnsSettings dns, Supplier<PackageSettings> settings, Consumer<List<SigningKey>> desk)
            throws IOException {
        DomainRegister register = new DomainRegister(
                state,
                new DnsResolver(forgetful(dns), System::nanoTime),
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

    private static Mailbox reports(Configuration configuration) {
        return configuration
                .postmaster()
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
