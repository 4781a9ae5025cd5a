package org.postrider.server;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import org.postrider.mail.Domain;
import org.postrider.mailauth.dkim.CryptoProviders;
import org.postrider.mailauth.dkim.DkimIdentity;
import org.postrider.mailauth.dkim.DkimKeyPair;
import org.postrider.mailauth.dkim.DkimSettings;
import org.postrider.mailauth.dkim.KeySigner;
import org.postrider.mailauth.dmarc.PublicSuffixes;
import org.postrider.mailauth.verify.MessageVerifier;
import org.postrider.policy.Action;
import org.postrider.policy.AuthenticitySettings;
import org.postrider.policy.Response;
import org.postrider.server.config.AuthenticitySections;
import org.postrider.server.config.Configuration;
import org.postrider.server.config.PolicySections;

/** What the configuration means for the authenticity of mail. */
final class AuthenticityOfConfiguration {
    private final Configuration configuration;

    AuthenticityOfConfiguration(Configuration configuration) {
        this.configuration = configuration;
    }

    MessageVerifier verifier(MessageVerifier.Ports ports) {
        DkimSettings rest = DkimSettings.DEFAULT;
        DkimSettings dkim = new DkimSettings(
                rest.signaturesMax(),
                rest.clockSkew(),
                rest.keyWait(),
                switch (configuration.dkim().bodyLimits()) {
                    case REFUSE -> DkimSettings.BodyLimits.REFUSED;
                    case MARK -> DkimSettings.BodyLimits.MARKED;
                });
        return new MessageVerifier(
                ports,
                configuration.hostname().ascii(),
                dkim,
                configuration
                        .dmarc()
                        .publicSuffixes()
                        .map(file -> PublicSuffixes.of(file.entries()))
                        .orElse(null));
    }

    AuthenticitySettings settings() {
        AuthenticitySections.Spf spf = configuration.spf();
        AuthenticitySections.Dmarc dmarc = configuration.dmarc();
        return new AuthenticitySettings(
                configuration.policy().enforce(),
                response(spf.fail(), spf.weight()),
                response(spf.error(), spf.weight()),
                response(dmarc.noAuthor(), dmarc.weight()),
                quarantine(dmarc),
                switch (dmarc.reject()) {
                    case QUARANTINE -> AuthenticitySettings.Rejection.NEVER;
                    case AGREED -> AuthenticitySettings.Rejection.AGREED;
                    case REJECT -> AuthenticitySettings.Rejection.ALWAYS;
                },
                response(dmarc.unknown(), dmarc.weight()),
                Set.copyOf(dmarc.trustedSealers()),
                Set.copyOf(dmarc.trustedLists()),
                new PolicyOfConfiguration(configuration).scores());
    }

    private static AuthenticitySettings.Quarantine quarantine(AuthenticitySections.Dmarc dmarc) {
        return switch (dmarc.quarantine()) {
            case TAG -> new AuthenticitySettings.Quarantine(Response.TAG, false);
            case HOLD -> new AuthenticitySettings.Quarantine(Response.TAG, true);
            case SCORE -> new AuthenticitySettings.Quarantine(new Response(Action.SCORE, dmarc.weight()), false);
            case DEFER -> new AuthenticitySettings.Quarantine(Response.DEFER, false);
            case REJECT -> new AuthenticitySettings.Quarantine(Response.REJECT, false);
        };
    }

    private static Response response(PolicySections.Action action, int weight) {
        return new Response(Action.valueOf(action.name()), weight);
    }

    /**
     * Who signs for our domains, as {@code [[dkim-key]]} says.
     *
     * @throws IOException where a key cannot be read, in words for people
     */
    List<DkimIdentity> identities(CryptoProviders crypto, Executor lanes) throws IOException {
        List<DkimIdentity> identities = new ArrayList<>();
        for (AuthenticitySections.DkimKey key : configuration.dkimKeys()) {
            identities.add(identity(key, crypto, lanes));
        }
        return identities;
    }

    /** All keys of one domain. */
    List<DkimIdentity> identities(Domain domain, CryptoProviders crypto, Executor lanes) throws IOException {
        List<DkimIdentity> identities = new ArrayList<>();
        for (AuthenticitySections.DkimKey key : configuration.dkimKeys()) {
            if (key.domain().equals(domain)) {
                identities.add(identity(key, crypto, lanes));
            }
        }
        return identities;
    }

    private static DkimIdentity identity(AuthenticitySections.DkimKey key, CryptoProviders crypto, Executor lanes)
            throws IOException {
        return switch (DkimKeyPair.read(key.key().resolve())) {
            case DkimKeyPair.Found(DkimKeyPair pair) ->
                new DkimIdentity(key.domain(), key.selector(), new KeySigner(crypto, lanes, pair));
            case DkimKeyPair.Bad(String reason) ->
                throw new IOException(key.key().origin() + " " + reason);
        };
    }
}
