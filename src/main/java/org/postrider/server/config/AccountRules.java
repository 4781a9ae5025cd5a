package org.postrider.server.config;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.postrider.account.Argon2Hash;
import org.postrider.account.LdapSettings;
import org.postrider.account.ScramSecret;
import org.postrider.account.SendAs;
import org.postrider.account.User;
import org.postrider.sasl.Mechanism;

/** What must hold in {@code [auth]} and {@code [[user]]}. */
final class AccountRules {
    /** What stands before a password that is not hashed. */
    static final String PLAIN = "plain:";

    private static final Pattern FINGERPRINT = Pattern.compile("(?:[0-9A-Fa-f]{2}:?){31}[0-9A-Fa-f]{2}");
    private static final long MEMORY_OCTETS_MAX = 1024L * Argon2Hash.Cost.MEMORY_KIB_MAX;

    private final Configuration configuration;
    private final Teller errors;
    private final Teller warnings;

    /** Takes a problem. */
    interface Teller {
        void tell(String key, String message, @Nullable String suggestion);
    }

    AccountRules(Configuration configuration, Teller errors, Teller warnings) {
        this.configuration = configuration;
        this.errors = errors;
        this.warnings = warnings;
    }

    void check() {
        List<Configuration.User> users = configuration.users();
        for (int i = 0; i < users.size(); i++) {
            checkUser(users.get(i), "user[" + i + "]");
        }
        checkAuth(configuration.auth());
        configuration.auth().ldap().ifPresent(this::checkLdap);
        configuration.auth().oauth().ifPresent(this::checkOauth);
    }

    private void checkUser(Configuration.User user, String key) {
        if (User.key(user.name()).isEmpty()) {
            errors.tell(key + ".name", "holds characters that no name may (RFC 4013)", "use letters and digits");
        }
        user.password().ifPresent(password -> checkPassword(user, password, key + ".password"));
        each(
                user.sendAs(),
                key + ".send-as",
                text -> SendAs.parse(text).isPresent(),
                "is neither a domain nor an address");
        each(
                user.scram(),
                key + ".scram",
                text -> ScramSecret.parse(text).isPresent(),
                "is no verifier as `postrider user hash --scram` prints it");
        each(
                user.certificates(),
                key + ".certificates",
                text -> FINGERPRINT.matcher(text).matches(),
                "is no SHA-256 fingerprint of 64 hexadecimal digits");
    }

    private void each(List<String> values, String key, Predicate<String> good, String message) {
        for (int i = 0; i < values.size(); i++) {
            if (!good.test(values.get(i))) {
                errors.tell(key + "[" + i + "]", "\"" + values.get(i) + "\" " + message, null);
            }
        }
    }

    private void checkPassword(Configuration.User user, Reference reference, String key) {
        try {
            String password = reference.resolve();
            if (password.startsWith(PLAIN)) {
                warnings.tell(
                        key,
                        "the password of " + user.name() + " is kept in clear",
                        "keep what `postrider user hash` prints instead");
            } else if (!password.startsWith(Argon2Hash.PREFIX) && !password.startsWith("$argon2id$")) {
                errors.tell(key, "begins with neither \"argon2id:\" nor \"plain:\"", "`postrider user hash` makes one");
            } else if (Argon2Hash.parse(password).isEmpty()) {
                errors.tell(
                        key,
                        "is not of the form argon2id:$argon2id$v=19$m=…,t=…,p=…$salt$hash with m at most "
                                + Argon2Hash.Cost.MEMORY_KIB_MAX + " and t at most " + Argon2Hash.Cost.PASSES_MAX,
                        "`postrider user hash` makes one");
            }
        } catch (IOException e) {
            errors.tell(key, String.valueOf(e.getMessage()), null);
        }
    }

    private void checkAuth(Auth auth) {
        List<String> names = auth.mechanisms();
        for (int i = 0; i < names.size(); i++) {
            if (Mechanism.named(names.get(i).toUpperCase(Locale.ROOT)).isEmpty()) {
                String all = String.join(
                        ", ",
                        Arrays.stream(Mechanism.values()).map(Mechanism::text).toList());
                errors.tell("auth.mechanisms[" + i + "]", "\"" + names.get(i) + "\" is no mechanism", "one of " + all);
            }
        }
        if (auth.argon2Memory().octets() > MEMORY_OCTETS_MAX) {
            errors.tell("auth.argon2-memory", "is more than 64 MiB, which each lane would hold", "use \"19 MiB\"");
        }
        if (auth.delay().compareTo(auth.delayMax()) > 0) {
            errors.tell("auth.delay", "is longer than delay-max", "make delay the shorter");
        }
    }

    private void checkLdap(Ldap ldap) {
        String key = "auth.ldap";
        boolean secure = ldap.url().startsWith("ldaps://");
        if (!secure && !ldap.url().startsWith("ldap://")) {
            errors.tell(key + ".url", "begins with neither ldaps:// nor ldap://", "write ldaps://HOST");
        } else if (!secure && !ldap.startTls()) {
            warnings.tell(key + ".start-tls", "passwords cross the network in clear", "set start-tls = true");
        }
        if (ldap.userDn().isPresent() == ldap.base().isPresent()) {
            errors.tell(
                    key, "needs either user-dn or base", "set user-dn = \"uid={user},ou=people,dc=example,dc=net\"");
        }
        boolean named = ldap.userDn().map(dn -> dn.contains(LdapSettings.USER)).orElse(true);
        if (!named || !ldap.filter().contains(LdapSettings.USER)) {
            errors.tell(key, "has a user-dn or a filter without {user}", "write {user} where the name stands");
        }
        ldap.bindPassword().ifPresent(secret -> checkSecret(secret, key + ".bind-password"));
    }

    private void checkOauth(Oauth oauth) {
        String key = "auth.oauth";
        boolean signed = oauth.jwks().isPresent();
        if (signed == oauth.introspection().isPresent()) {
            errors.tell(key, "needs either jwks or introspection", "set jwks = \"https://…\", issuer and audience");
        } else if (signed && (oauth.issuer().isEmpty() || oauth.audience().isEmpty())) {
            errors.tell(key, "jwks needs issuer and audience: else tokens for others would do", "set both");
        } else if (!signed && (oauth.client().isEmpty() || oauth.secret().isEmpty())) {
            errors.tell(key, "introspection needs client and secret", "set both");
        }
        checkPlace(oauth.jwks(), key + ".jwks");
        checkPlace(oauth.introspection(), key + ".introspection");
        oauth.secret().ifPresent(secret -> checkSecret(secret, key + ".secret"));
    }

    private void checkPlace(Optional<String> place, String key) {
        if (place.isPresent() && !place.get().matches("https?://[^\\s/]+(/\\S*)?")) {
            errors.tell(key, "\"" + place.get() + "\" is no address of the web", "write https://HOST/PATH");
        } else if (place.isPresent() && place.get().startsWith("http://")) {
            warnings.tell(key, "who is in between can say who may log in", "use https");
        }
    }

    private void checkSecret(Reference secret, String key) {
        try {
            secret.resolve();
        } catch (IOException e) {
            errors.tell(key, String.valueOf(e.getMessage()), null);
        }
    }
}
