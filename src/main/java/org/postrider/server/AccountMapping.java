package org.postrider.server;

import java.io.IOException;
import java.net.URI;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import javax.net.ssl.SSLContext;
import org.postrider.account.AccountSettings;
import org.postrider.account.Accounts;
import org.postrider.account.Argon2Hash;
import org.postrider.account.Guard;
import org.postrider.account.LdapSettings;
import org.postrider.account.QuotaLimits;
import org.postrider.account.QuotaLimits.PerWindow;
import org.postrider.account.QuotaSettings;
import org.postrider.account.ScramSecret;
import org.postrider.account.SendAs;
import org.postrider.account.TokenSettings;
import org.postrider.account.User;
import org.postrider.account.UserSecret;
import org.postrider.event.Events;
import org.postrider.sasl.Mechanism;
import org.postrider.server.config.Auth;
import org.postrider.server.config.Configuration;
import org.postrider.server.config.Ldap;
import org.postrider.server.config.Limit;
import org.postrider.server.config.Oauth;
import org.postrider.server.config.Quota;
import org.postrider.server.config.QuotaBounds;
import org.postrider.server.config.Reference;
import org.postrider.server.config.Size;
import org.postrider.server.config.UserQuota;
import org.postrider.state.StateDatabase;

/** What the configuration says of accounts, in the words of {@code account}. */
final class AccountMapping {
    private static final String PLAIN = "plain:";
    private static final int KIB = 1_024;

    private AccountMapping() {}

    static AccountSettings settings(Configuration configuration) {
        Auth auth = configuration.auth();
        List<User> users =
                configuration.users().stream().map(AccountMapping::user).toList();
        return new AccountSettings(
                users,
                mechanisms(auth, users),
                new Argon2Hash.Cost(Math.toIntExact(auth.argon2Memory().octets() / KIB), auth.argon2Passes(), 1),
                auth.rememberFor(),
                new Guard.Limits(
                        auth.window(),
                        auth.failuresPerAddress(),
                        auth.failuresPerUser(),
                        auth.delay(),
                        auth.delayMax()),
                auth.ldap().map(ldap -> ldap(ldap, believed(configuration))),
                auth.oauth().map(AccountMapping::tokens),
                quotas(configuration.quota()),
                auth.fromHeader());
    }

    static int lanes(Configuration configuration) {
        int lanes = configuration.auth().lanes();
        return lanes == 0 ? Accounts.lanesOfThisMachine() : lanes;
    }

    private static Set<Mechanism> mechanisms(Auth auth, List<User> users) {
        EnumSet<Mechanism> chosen = EnumSet.noneOf(Mechanism.class);
        auth.mechanisms()
                .forEach(name -> Mechanism.named(name.toUpperCase(Locale.ROOT)).ifPresent(chosen::add));
        if (!chosen.isEmpty()) {
            return chosen;
        }
        boolean scram = auth.ldap().isEmpty()
                && users.stream().allMatch(user -> switch (user.secret()) {
                    case UserSecret.Hashed(var _, Map<String, ScramSecret> verifiers) -> !verifiers.isEmpty();
                    case UserSecret.Plain _, UserSecret.None _ -> true;
                });
        return Arrays.stream(Mechanism.values())
                .filter(one -> switch (one) {
                    case OAUTHBEARER, XOAUTH2 -> auth.oauth().isPresent();
                    case SCRAM_SHA_1, SCRAM_SHA_1_PLUS -> scram && auth.scramSha1();
                    case SCRAM_SHA_256, SCRAM_SHA_256_PLUS, SCRAM_SHA_512, SCRAM_SHA_512_PLUS -> scram;
                    case EXTERNAL, PLAIN, LOGIN -> true;
                })
                .collect(Collectors.toSet());
    }

    private static User user(Configuration.User user) {
        List<SendAs> sendAs = user.sendAs().stream()
                .flatMap(text -> SendAs.parse(text).stream())
                .toList();
        Set<String> fingerprints = user.certificates().stream()
                .map(text -> text.replace(":", "").toLowerCase(Locale.ROOT))
                .collect(Collectors.toSet());
        return new User(
                user.name(),
                user.password()
                        .map(reference -> secret(reference, user.scram()))
                        .orElse(new UserSecret.None()),
                false,
                sendAs,
                fingerprints,
                user.quota().map(AccountMapping::limits));
    }

    private static UserSecret secret(Reference reference, List<String> scram) {
        String written = resolved(reference);
        if (written.startsWith(PLAIN)) {
            return new UserSecret.Plain(written.substring(PLAIN.length()));
        }
        Map<String, ScramSecret> verifiers = new HashMap<>();
        scram.forEach(text -> ScramSecret.parse(text).ifPresent(one -> verifiers.put(one.hash(), one)));
        return Argon2Hash.parse(written)
                .<UserSecret>map(hash -> new UserSecret.Hashed(hash, verifiers))
                .orElse(new UserSecret.None());
    }

    private static String resolved(Reference reference) {
        try {
            return reference.resolve();
        } catch (IOException e) {
            // It could be read when the configuration was checked.
            throw new IllegalStateException(reference.origin() + " cannot be read any more", e);
        }
    }

    /** Empty where the configuration names no authorities. */
    private static Optional<SSLContext> believed(Configuration configuration) {
        if (configuration.tls().trust().isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(new PackageSettings(configuration).authorities().clientContext());
        } catch (IOException e) {
            // They could be read when the configuration was checked.
            throw new IllegalStateException(e.getMessage(), e);
        }
    }

    private static LdapSettings ldap(Ldap ldap, Optional<SSLContext> believed) {
        LdapSettings.Entry entry = ldap.userDn()
                .<LdapSettings.Entry>map(LdapSettings.Entry.At::new)
                .orElseGet(() -> new LdapSettings.Entry.FoundBy(
                        ldap.base().orElseThrow(),
                        ldap.filter(),
                        ldap.bindDn().orElse(""),
                        ldap.bindPassword().map(AccountMapping::resolved).orElse("")));
        boolean startTls = ldap.startTls() && ldap.url().startsWith("ldap:");
        return new LdapSettings(
                ldap.url(),
                startTls,
                entry,
                Optional.of(ldap.addresses()),
                ldap.timeout(),
                ldap.connections(),
                believed);
    }

    private static TokenSettings tokens(Oauth oauth) {
        TokenSettings.Source source = oauth.jwks()
                .<TokenSettings.Source>map(jwks -> new TokenSettings.Source.SignedBy(
                        URI.create(jwks),
                        oauth.issuer().orElseThrow(),
                        oauth.audience().orElseThrow()))
                .orElseGet(() -> new TokenSettings.Source.AskedAt(
                        URI.create(oauth.introspection().orElseThrow()),
                        oauth.client().orElseThrow(),
                        resolved(oauth.secret().orElseThrow())));
        return new TokenSettings(source, oauth.userClaim(), oauth.timeout());
    }

    private static QuotaSettings quotas(Quota quota) {
        return new QuotaSettings(
                limits(quota.user()),
                limits(quota.address()),
                switch (quota.action()) {
                    case DEFER -> QuotaSettings.Action.DEFER;
                    case REFUSE -> QuotaSettings.Action.REFUSE;
                });
    }

    private static QuotaLimits limits(QuotaBounds bounds) {
        return new QuotaLimits(
                new PerWindow(count(bounds.messagesPerHour()), count(bounds.messagesPerDay())),
                new PerWindow(count(bounds.recipientsPerHour()), count(bounds.recipientsPerDay())),
                new PerWindow(octets(bounds.sizePerHour()), octets(bounds.sizePerDay())));
    }

    private static QuotaLimits limits(UserQuota bounds) {
        return new QuotaLimits(
                new PerWindow(
                        bounds.messagesPerHour().flatMap(AccountMapping::count),
                        bounds.messagesPerDay().flatMap(AccountMapping::count)),
                new PerWindow(
                        bounds.recipientsPerHour().flatMap(AccountMapping::count),
                        bounds.recipientsPerDay().flatMap(AccountMapping::count)),
                new PerWindow(
                        bounds.sizePerHour().flatMap(AccountMapping::octets),
                        bounds.sizePerDay().flatMap(AccountMapping::octets)));
    }

    private static Optional<Long> count(Limit limit) {
        return limit.isOff() ? Optional.empty() : Optional.of((long) limit.max());
    }

    private static Optional<Long> octets(Size size) {
        return size.equals(Size.OFF) ? Optional.empty() : Optional.of(size.octets());
    }

    /** The accounts of a configuration and of the state database. */
    static Accounts accounts(Configuration configuration, StateDatabase state, Events events) throws IOException {
        Accounts.Doors doors =
                new Accounts.Doors(state, InstantSource.system(), System::nanoTime, new SecureRandom(), events);
        Accounts accounts = new Accounts(settings(configuration), lanes(configuration), doors);
        if (configuration.listeners().stream().anyMatch(each -> each.authMode() != Configuration.AuthMode.OFF)) {
            accounts.warmUp();
        }
        return accounts;
    }
}
