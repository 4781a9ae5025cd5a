package org.postrider.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postrider.account.AccountSettings;
import org.postrider.account.Argon2Hash;
import org.postrider.account.Guard;
import org.postrider.account.LdapSettings;
import org.postrider.account.QuotaSettings;
import org.postrider.account.TokenSettings;
import org.postrider.account.User;
import org.postrider.account.UserSecret;
import org.postrider.sasl.Mechanism;
import org.postrider.server.config.Configuration;
import org.postrider.server.config.ConfigurationFile;

final class AccountMappingTest {
    private static final String HASH =
            "argon2id:$argon2id$v=19$m=64,t=1,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc";

    private static ConfigurationFile.Result read(String text) {
        return ConfigurationFile.parse("hostname = \"mx.example\"\n" + text, Path.of("/etc/postrider"), "p.toml");
    }

    private static AccountSettings settings(String text) {
        ConfigurationFile.Result result = read(text);
        assertThat(result).isInstanceOf(ConfigurationFile.Result.Valid.class);
        Configuration configuration = ((ConfigurationFile.Result.Valid) result).configuration();
        return AccountMapping.settings(configuration);
    }

    @Test
    void everyKeyArrives() {
        AccountSettings settings = settings("""
            [auth]
            mechanisms = ["plain", "SCRAM-SHA-256"]
            argon2-memory = "8 MiB"
            argon2-passes = 3
            remember-for = "0s"
            window = "1h"
            failures-per-address = 3
            failures-per-user = 4
            delay = "1s"
            delay-max = "2s"
            [quota]
            action = "refuse"
            [quota.user]
            messages-per-hour = 10
            size-per-day = "1 MiB"
            [quota.address]
            recipients-per-day = 5
            [[user]]
            name = "Alice@example.net"
            password = "plain:x"
            send-as = ["example.org"]
            certificates = ["%s"]
            [user.quota]
            messages-per-hour = 99
            """.formatted("AB:".repeat(31) + "AB"));
        assertThat(settings.mechanisms()).containsExactlyInAnyOrder(Mechanism.PLAIN, Mechanism.SCRAM_SHA_256);
        assertThat(settings.cost()).isEqualTo(new Argon2Hash.Cost(8_192, 3, 1));
        assertThat(settings.cacheFor()).isZero();
        assertThat(settings.guard())
                .isEqualTo(new Guard.Limits(Duration.ofHours(1), 3, 4, Duration.ofSeconds(1), Duration.ofSeconds(2)));
        assertThat(settings.quotas().action()).isEqualTo(QuotaSettings.Action.REFUSE);
        assertThat(settings.quotas().perUser().messages().hour()).contains(10L);
        assertThat(settings.quotas().perUser().octets().day()).contains(1L << 20);
        assertThat(settings.quotas().perAddress().recipients().day()).contains(5L);
        User alice = settings.users().getFirst();
        assertThat(alice.secret()).isEqualTo(new UserSecret.Plain("x"));
        assertThat(alice.fingerprints()).containsExactly("ab".repeat(32));
        assertThat(alice.quota().orElseThrow().messages().hour()).contains(99L);
        assertThat(alice.quota().orElseThrow().octets().day()).isEmpty();
    }

    @Test
    void directoriesAndIssuersArrive() {
        AccountSettings settings = settings("""
            [auth.ldap]
            url = "ldap://dir.example"
            user-dn = "uid={user},dc=example"
            [auth.oauth]
            introspection = "https://id.example/introspect"
            client = "mail"
            secret = "s"
            user-claim = "username"
            """);
        assertThat(settings.ldap())
                .contains(new LdapSettings(
                        "ldap://dir.example",
                        true,
                        new LdapSettings.Entry.At("uid={user},dc=example"),
                        Optional.of("mail"),
                        Duration.ofSeconds(5),
                        16,
                        Optional.empty()));
        assertThat(settings.tokens().orElseThrow().source()).isInstanceOf(TokenSettings.Source.AskedAt.class);
        assertThat(settings.mechanisms())
                .contains(Mechanism.XOAUTH2, Mechanism.PLAIN)
                .doesNotContain(Mechanism.SCRAM_SHA_256);
    }

    @Test
    void offersByItselfWhatEveryAccountCanUse() {
        assertThat(settings("").mechanisms())
                .contains(Mechanism.SCRAM_SHA_256, Mechanism.PLAIN)
                .doesNotContain(Mechanism.SCRAM_SHA_1, Mechanism.XOAUTH2);
        assertThat(settings("[auth]\nscram-sha-1 = true\n").mechanisms()).contains(Mechanism.SCRAM_SHA_1);
        assertThat(settings("[[user]]\nname = \"a\"\npassword = \"" + HASH + "\"\n")
                        .mechanisms())
                .doesNotContain(Mechanism.SCRAM_SHA_256);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        [auth]~mechanisms = ["CRAM-MD5"]                       | 3:15: auth.mechanisms: "CRAM-MD5" is no mechanism
        [auth]~argon2-memory = "1 GiB"                         | 3:1: auth.argon2-memory: is more than 64 MiB
        [auth]~delay = "1m"                                    | 3:1: auth.delay: is longer than delay-max
        [auth.ldap]~url = "http://x"~user-dn = "uid={user}"    | 3:1: auth.ldap.url: begins with neither
        [auth.ldap]~url = "ldaps://x"                          | auth.ldap: needs either user-dn or base
        [auth.ldap]~url = "ldaps://x"~user-dn = "uid=x"        | auth.ldap: has a user-dn or a filter without {user}
        [auth.oauth]~jwks = "https://x/k"                      | auth.oauth: jwks needs issuer and audience
        [auth.oauth]~user-claim = "sub"                        | auth.oauth: needs either jwks or introspection
        [auth.ldap]~urk = "ldaps://x"                          | 3:1: auth.ldap.urk: unknown key; did you mean "url"?
        [[user]]~name = "a"~password = "argon2id:short"        | 4:1: user.password: is not of the form
        [[user]]~name = "a"~scram = ["x"]                      | 4:10: user.scram: "x" is no verifier
        [[user]]~name = "a"~certificates = ["x"]               | 4:17: user.certificates: "x" is no SHA-256 fingerprint
        [[user]]~name = "a"~[[user]]~name = "A"                | "a" is there already
        """)
    void tellsWhatIsWrongAndWhere(String text, String problem) {
        ConfigurationFile.Result result = read(text.replace('~', '\n') + "\n");
        assertThat(result).isInstanceOf(ConfigurationFile.Result.Invalid.class);
        assertThat(((ConfigurationFile.Result.Invalid) result).problems())
                .anySatisfy(one -> assertThat(one.toString()).contains(problem));
    }
}
