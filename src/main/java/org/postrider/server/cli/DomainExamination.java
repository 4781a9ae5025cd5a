package org.postrider.server.cli;

import java.io.IOException;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.postrider.dns.DnsResolver;
import org.postrider.domain.CheckResult;
import org.postrider.domain.DomainCheck;
import org.postrider.domain.DomainCheck.OurKey;
import org.postrider.domain.SigningKey.Phase;
import org.postrider.http.DomainViews;
import org.postrider.mail.Domain;
import org.postrider.mailauth.dkim.DkimKeyPair;
import org.postrider.mailauth.dkim.DkimRecord;
import org.postrider.server.OurDomains;
import org.postrider.server.config.AuthenticitySections.DkimKey;
import org.postrider.server.config.Configuration;

/** Checks domains by a configuration, and by the keys of a running server where there is one. */
final class DomainExamination {
    private final Configuration configuration;
    private final DnsResolver resolver;
    private final DomainCheck check;

    DomainExamination(Configuration configuration) throws CommandFailed {
        this.configuration = configuration;
        try {
            this.resolver = OurDomains.resolver(configuration);
            this.check = new DomainCheck(
                    new DomainCheck.Ports(
                            resolver,
                            InstantSource.system(),
                            System::nanoTime,
                            OurDomains.policies(configuration, resolver)),
                    OurDomains.settings(configuration));
        } catch (IOException e) {
            throw new CommandFailed(ExitCodes.CONFIGURATION, String.valueOf(e.getMessage()));
        }
    }

    DnsResolver resolver() {
        return resolver;
    }

    /** @param kept the keys of the state database, for the domain or one above it */
    List<CheckResult> check(Domain domain, List<DomainViews.Key> kept) throws CommandFailed {
        try {
            List<OurKey> keys = new ArrayList<>(configured(domain));
            for (DomainViews.Key key : kept) {
                phase(key.phase())
                        .ifPresent(phase ->
                                keys.add(new OurKey(new DkimRecord(new Domain(key.name()), key.record()), phase)));
            }
            return check.check(domain, keys, chains());
        } catch (IOException e) {
            throw new CommandFailed(ExitCodes.CONFIGURATION, String.valueOf(e.getMessage()));
        }
    }

    private static Optional<Phase> phase(String word) {
        for (Phase phase : Phase.values()) {
            if (phase.word().equals(word)) {
                return Optional.of(phase);
            }
        }
        return Optional.empty();
    }

    /** Those of the domain itself, or of the nearest one above it that has any, as signing has it. */
    private List<OurKey> configured(Domain domain) throws IOException {
        String name = domain.ascii();
        while (true) {
            List<OurKey> keys = new ArrayList<>();
            for (DkimKey key : configuration.dkimKeys()) {
                if (key.domain().ascii().equals(name)
                        && DkimKeyPair.read(key.key().resolve()) instanceof DkimKeyPair.Found(DkimKeyPair pair)) {
                    keys.add(new OurKey(DkimRecord.of(key.domain(), key.selector(), pair), Phase.ACTIVE));
                }
            }
            int dot = name.indexOf('.');
            if (!keys.isEmpty() || dot < 0) {
                return keys;
            }
            name = name.substring(dot + 1);
        }
    }

    /** None where one cannot be read, as by another user than the server's: the check says that it does not know them. */
    private List<List<X509Certificate>> chains() {
        try {
            return OurDomains.shownChains(configuration);
        } catch (IOException unreadable) {
            return List.of();
        }
    }
}
