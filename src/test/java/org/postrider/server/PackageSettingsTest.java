package org.postrider.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postrider.delivery.RouteTable;
import org.postrider.delivery.TlsLevel;
import org.postrider.delivery.TlsTerms;
import org.postrider.dns.DnsSettings;
import org.postrider.mail.Domain;
import org.postrider.server.config.Configuration;
import org.postrider.server.config.ConfigurationFile;
import org.postrider.server.config.Delivery;
import org.postrider.server.config.Dns;
import org.postrider.server.config.Http;
import org.postrider.server.config.Limits;
import org.postrider.server.config.PolicySections;
import org.postrider.server.config.Timeouts;
import org.postrider.server.config.TlsPolicyRule;
import org.postrider.server.config.TlsSections;
import org.postrider.smtp.client.ClientCredentials;
import org.postrider.testing.TestCertificate;
import org.postrider.tls.ServerEngines;
import org.postrider.tlspolicy.StsPolicy;

/** Each key of the configuration means something to some package. */
class PackageSettingsTest {
    private static final Map<String, String> RENAMED = Map.ofEntries(
            Map.entry("listeners", "listener"),
            Map.entry("domains", "domain"),
            Map.entry("routes", "route"),
            Map.entry("users", "user"),
            Map.entry("clients", "client"),
            Map.entry("dnsLists", "dnsbl"),
            Map.entry("convertEightBit", "convert-8bit"),
            Map.entry("mtaSts", "mta-sts"),
            Map.entry("mtaStsPort", "mta-sts-port"),
            Map.entry("mtaStsMx", "mta-sts-mx"),
            Map.entry("mtaStsMaxAge", "mta-sts-max-age"),
            Map.entry("mtaStsAddress", "mta-sts-address"),
            Map.entry("tlsPolicies", "tls-policy"),
            Map.entry("certificates", "certificate"));

    /** Checked, and of a later release. */
    private static final Set<String> LATER = Set.of(
            // Mapped by AccountMapping, whose test it is.
            "auth",
            "quota",
            "user.scram",
            // The list, under the name that the section has.
            "user.certificate",
            "user.quota",
            // Filters are built of their sections as they are.
            "milters",
            "clamav",
            // Read by ForwardingOfConfiguration: see the end-to-end test.
            "forwards",
            "arc",
            "srs",
            // Read by AuthenticityOfConfiguration: see the end-to-end test.
            "spf",
            "dkim",
            "dkim-keys",
            "dmarc",
            // Read by Reporting: see its test.
            "report",
            // Read by TlsOfConfiguration: see its test.
            "tls.certificate",
            "tls.key",
            "tls.min-version",
            "tls.client-ca",
            "tls.self-signed",
            "certificate.certificate",
            "certificate.key",
            "acme.names",
            "acme.directory",
            "acme.email",
            "acme.terms-agreed",
            "acme.challenge",
            "acme.http-address",
            "acme.key-type",
            "acme.eab-key-id",
            "acme.eab-key",
            "user.name",
            "user.password",
            "user.send-as",
            // Of no meaning without a file.
            "client.file",
            // Read where it is listened on.
            "http.mta-sts-address",
            // These mean something together only: see ownPoliciesComeTogether().
            "domain.mta-sts-mx",
            "domain.mta-sts-max-age",
            // These mean something together only: see routesSayWhichTlsAndWhoWeAre().
            "route.tls",
            "route.tls-names",
            "route.user",
            "route.password",
            "route.auth-in-clear",
            "tls-policy.recipient-domain",
            "tls-policy.tls",
            "tls-policy.tls-names",
            "tls.trust",
            // These are not mapped: one only allows a start, and the others are read where they are needed.
            "relay.open-relay",
            // Without AUTH it is as if it were set.
            "listener.trust-networks",
            "timeouts.drain");

    private static final String LISTENER = "127.0.0.1:2525";

    /** Another value than the default's for each key. */
    private static final String CHANGES = """
        hostname = "other.example"
        postmaster = "someone@other.example"
        data-dir = "elsewhere"
        listener.address = "127.0.0.1:2526"
        listener.role = "relay"
        listener.tls = "starttls"
        listener.auth = "always"
        listener.proxy-protocol = true
        listener.durability = "os"
        listener.bare-newline = "normalise"
        listener.early-talk = "refuse"
        listener.greeting-delay = "1s"
        http.address = "127.0.0.1:8026"
        relay.networks = ["10.0.0.0/8"]
        domain.name = "b.example"
        domain.deliver = "smtp:127.0.0.1:7"
        domain.recipients = ["bob"]
        domain.recipients-file = "/dev/null"
        domain.recipient-delimiter = "+"
        domain.verify = "call-forward"
        policy.enforce = false
        policy.header = false
        policy.stage = "connect"
        policy.order = ["greylist"]
        policy.patience = "7s"
        policy.defer-score = 7
        policy.reject-score = 7
        client.networks = ["10.0.0.0/8"]
        client.action = "tag"
        client.weight = 7
        client.reply = "no"
        dnsbl.zone = "other.example"
        dnsbl.kind = "allow"
        dnsbl.codes = ["127.0.0.7"]
        dnsbl.action = "tag"
        dnsbl.weight = 7
        dnsbl.reply = "no"
        reverse-name.action = "reject"
        reverse-name.weight = 7
        helo.action = "reject"
        helo.weight = 7
        helo.must-resolve = true
        sender.missing-domain = "tag"
        sender.null-mx = "tag"
        sender.lookup-failure = "defer"
        sender.weight = 7
        call-forward.timeout = "7s"
        call-forward.positive-ttl = "7s"
        call-forward.negative-ttl = "7s"
        call-forward.entries = 7
        greylist.action = "tag"
        greylist.only-suspects = true
        greylist.delay = "7s"
        greylist.window = "7h"
        greylist.lifetime = "7d"
        greylist.allow-after = 7
        rate.action = "tag"
        rate.connections-per-minute = 7
        rate.connections-per-hour = 7
        rate.messages-per-minute = 7
        rate.messages-per-hour = 7
        rate.recipients-per-minute = 7
        rate.recipients-per-hour = 7
        rate.network-factor = 7
        tarpit.delay = "7s"
        tarpit.delay-max = "7s"
        tarpit.sessions = 7
        route.recipient-domain = "c.example"
        route.to = "discard"
        proxy.networks = ["10.0.0.0/8"]
        limits.errors-per-session = 7
        limits.junk-commands-per-session = 7
        limits.connections = 7
        limits.connections-per-address = 7
        limits.recipients-per-message = 107
        limits.message-size = "7 MiB"
        limits.commands-per-minute = 7
        limits.tls-sessions-per-minute = 7
        limits.messages-per-session = 7
        limits.received-fields = 7
        dns.servers = ["127.0.0.1:5353"]
        dns.trust-ad = true
        dns.trust-anchors = "root"
        delivery.port = 2600
        delivery.private-networks = ["10.0.0.0/8"]
        delivery.tls = "encrypt"
        delivery.attempts = 7
        delivery.recipients-per-transaction = 7
        delivery.concurrency-start = 7
        delivery.concurrency-max = 70
        delivery.messages-per-connection = 7
        delivery.connection-idle = "7s"
        delivery.connections-idle = 7
        domain.mta-sts = "enforce"
        delivery.convert-8bit = false
        delivery.dane = false
        delivery.mta-sts = false
        delivery.mta-sts-port = 7443
        retry.schedule = ["7m"]
        retry.lifetime = "7d"
        retry.delay-notice = "7h"
        timeouts.command = "7s"
        timeouts.content = "7s"
        timeouts.message = "7s"
        timeouts.session = "7s"
        timeouts.reply = "7s"
        timeouts.connect = "7s"
        timeouts.greeting = "7s"
        timeouts.ehlo = "7s"
        timeouts.tls-handshake = "7s"
        timeouts.mail = "7s"
        timeouts.rcpt = "7s"
        timeouts.data = "7s"
        timeouts.data-block = "7s"
        timeouts.data-done = "7s"
        timeouts.quit = "7s"
        spool.segment-size = "32 MiB"
        spool.large-content = "7 KiB"
        spool.size-max = "7 GiB"
        spool.reserve = "7 MiB"
        spool.free-min = "7 MiB"
        spool.sync-delay = "7ms"
        log.mail-log = "other.log"
        """;

    private static List<String[]> changes() {
        return CHANGES.lines().map(line -> line.split(" = ", 2)).toList();
    }

    private static List<String> sections(String key) {
        return List.of(
                "",
                "[[listener]]",
                "address = \"" + LISTENER + "\"",
                "proxy-protocol = " + key.equals("proxy.networks"),
                "[proxy]",
                "networks = [\"127.0.0.1/32\"]",
                "[[domain]]",
                "name = \"a.example\"",
                "deliver = \"lmtp:127.0.0.1:24\"",
                "[policy]",
                "[[client]]",
                "networks = [\"192.0.2.0/24\"]",
                "action = \"reject\"",
                "[[dnsbl]]",
                "zone = \"zen.example\"",
                "[reverse-name]",
                "[helo]",
                "[sender]",
                "[call-forward]",
                "[greylist]",
                "[rate]",
                "[tarpit]",
                "[[route]]",
                "recipient-domain = \"*\"",
                "to = \"hold\"",
                "[http]",
                "[relay]",
                "[limits]",
                "[dns]",
                "[delivery]",
                "[retry]",
                "[timeouts]",
                "[spool]",
                "[log]",
                "[tls]",
                "self-signed = true");
    }

    /** A file with each section once and one key as wanted. */
    private static PackageSettings with(String key, String value) {
        List<String> lines = new ArrayList<>(List.of("hostname = \"mx.example\""));
        lines.addAll(sections(key));
        int dot = key.indexOf('.');
        String name = key.substring(dot + 1);
        int at = dot < 0
                ? 0
                : Math.max(
                                lines.indexOf("[" + key.substring(0, dot) + "]"),
                                lines.indexOf("[[" + key.substring(0, dot) + "]]"))
                        + 1;
        int end = at;
        while (end < lines.size() && (!lines.get(end).startsWith("[") || end < at)) {
            end++;
        }
        lines.subList(at, end).removeIf(line -> line.startsWith(name + " = "));
        if (!name.isEmpty()) {
            lines.add(at, name + " = " + value);
        }
        String text = String.join("\n", lines) + "\n";
        return switch (ConfigurationFile.parse(text, Path.of("/nowhere"), "test.toml")) {
            case ConfigurationFile.Result.Valid(var configuration, var _) -> new PackageSettings(configuration);
            case ConfigurationFile.Result.Invalid(var problems) -> throw new AssertionError(problems + "\n" + text);
        };
    }

    private static final ServerEngines NO_TLS = Optional::empty;

    private static DnsSettings dns(PackageSettings settings) {
        try {
            return settings.dns();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static List<Object> meaning(PackageSettings settings) {
        Configuration.Listener listener = settings.configuration().listeners().getFirst();
        return List.of(
                settings.connections(),
                settings.listener(listener),
                settings.sessions(listener, NO_TLS),
                settings.reception(listener),
                settings.spool(),
                settings.queue(),
                settings.delivery(List.of()),
                settings.routes(),
                settings.tls(),
                settings.notices(),
                settings.http(false),
                settings.mailLog(),
                dns(settings),
                settings.ownPolicies(),
                settings.heeded(),
                settings.policyHosts().port(),
                settings.policy());
    }

    @Test
    void ownPoliciesComeTogether() {
        String text = """
            hostname = "mx.example"
            [[domain]]
            name = "a.example"
            mta-sts = "testing"
            mta-sts-mx = ["mx1.a.example", "mx2.a.example"]
            mta-sts-max-age = "1d"
            [[domain]]
            name = "b.example"
            mta-sts = "enforce"
            mta-sts-max-age = "4000d"
            """;
        Map<Domain, StsPolicy> policies = settingsOf(text).ownPolicies();
        assertThat(policies)
                .containsEntry(
                        new Domain("a.example"),
                        new StsPolicy(
                                StsPolicy.Mode.TESTING, List.of("mx1.a.example", "mx2.a.example"), Duration.ofDays(1)))
                .containsEntry(
                        new Domain("b.example"),
                        new StsPolicy(StsPolicy.Mode.ENFORCE, List.of("mx.example"), StsPolicy.MAX_AGE_MOST));
    }

    private static PackageSettings settingsOf(String text) {
        return switch (ConfigurationFile.parse(text, Path.of("/nowhere"), "test.toml")) {
            case ConfigurationFile.Result.Valid(var configuration, var _) -> new PackageSettings(configuration);
            case ConfigurationFile.Result.Invalid(var problems) -> throw new AssertionError(problems + "\n" + text);
        };
    }

    @Test
    void everyKeyMeansSomething() {
        assertThat(changes()).allSatisfy(change -> {
            boolean proxy = change[0].equals("proxy.networks");
            PackageSettings before = with(proxy ? "proxy.networks" : "", "[\"127.0.0.1/32\"]");
            assertThat(meaning(with(change[0], change[1]))).as(change[0]).isNotEqualTo(meaning(before));
        });
    }

    @Test
    void noKeyIsLeftOut() {
        Set<String> tried = changes().stream().map(change -> change[0]).collect(Collectors.toCollection(HashSet::new));
        tried.addAll(LATER);
        assertThat(tried)
                .containsExactlyInAnyOrderElementsOf(
                        keys(Configuration.class, "").toList());
    }

    @Test
    void routesSayWhichTlsAndWhoWeAre(@TempDir Path directory) throws IOException {
        TestCertificate authority = TestCertificate.authority("Our own CA");
        Files.writeString(directory.resolve("ca.pem"), authority.chainPem());
        Files.writeString(directory.resolve("secret"), "wonderland\n");
        String text = """
            hostname = "mx.example"
            [tls]
            trust = "file:ca.pem"
            [[route]]
            recipient-domain = "a.example"
            to = "smtp:relay.example:587"
            user = "us"
            password = "file:secret"
            [[route]]
            recipient-domain = "b.example"
            to = "smtp:127.0.0.1:587"
            user = "us"
            password = "plain"
            auth-in-clear = true
            [[route]]
            recipient-domain = "c.example"
            to = "smtps:192.0.2.1:465"
            tls = "verify"
            tls-names = ["relay.example"]
            [[route]]
            recipient-domain = "d.example"
            to = "smtp:relay.example:25"
            [[tls-policy]]
            recipient-domain = "*.bank.example"
            tls = "verify"
            tls-names = ["mx.bank.example"]
            """;
        PackageSettings settings = switch (ConfigurationFile.parse(text, directory, "test.toml")) {
            case ConfigurationFile.Result.Valid(var configuration, var _) -> new PackageSettings(configuration);
            case ConfigurationFile.Result.Invalid(var problems) -> throw new AssertionError(problems);
        };
        List<RouteTable.Rule> rules = settings.routes().rules();
        assertThat(rules)
                .extracting(RouteTable.Rule::tls)
                .containsExactly(
                        TlsTerms.of(TlsLevel.VERIFY),
                        TlsTerms.of(TlsLevel.MAY),
                        new TlsTerms(TlsLevel.VERIFY, List.of("relay.example")),
                        null);
        assertThat(rules)
                .extracting(RouteTable.Rule::credentials)
                .containsExactly(
                        new ClientCredentials("us", "wonderland", false),
                        new ClientCredentials("us", "plain", true),
                        null,
                        null);
        assertThat(settings.tls().policies())
                .singleElement()
                .satisfies(policy -> assertThat(policy.terms())
                        .isEqualTo(new TlsTerms(TlsLevel.VERIFY, List.of("mx.bank.example"))));
        assertThat(settings.authorities().certificates()).contains(authority.certificate());
    }

    private static Stream<String> keys(Class<?> type, String section) {
        return Stream.of(type.getRecordComponents()).flatMap(component -> {
            String name = RENAMED.getOrDefault(
                    component.getName(),
                    component.getName().replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT));
            Class<?> inner = inner(component);
            Class<?> holder = inner.getDeclaringClass();
            return inner.isRecord()
                            && (holder == Configuration.class
                                    || holder == PolicySections.class
                                    || holder == TlsSections.class
                                    || inner == Delivery.class
                                    || inner == Dns.class
                                    || inner == Http.class
                                    || inner == Limits.class
                                    || inner == Timeouts.class
                                    || inner == TlsPolicyRule.class)
                    ? keys(inner, name + ".")
                    : Stream.of(section + name);
        });
    }

    private static Class<?> inner(RecordComponent component) {
        return component.getGenericType() instanceof ParameterizedType type
                        && type.getActualTypeArguments()[0] instanceof Class<?> element
                ? element
                : component.getType();
    }

    @Test
    void postmasterIsWhomDoubleBouncesGoTo() {
        assertThat(with("", "").notices().postmaster().text()).isEqualTo("postmaster@mx.example");
        assertThat(with("postmaster", "\"me@b.example\"").notices().postmaster().text())
                .isEqualTo("me@b.example");
    }

    @Test
    void takesNoMoreConnectionsThanTheHeapHasRoomFor() {
        assertThat(PackageSettings.connectionsThatFit(20_000, 128L << 20)).isEqualTo(16_384);
        assertThat(PackageSettings.connectionsThatFit(20_000, 1L << 30)).isEqualTo(20_000);
        assertThat(PackageSettings.connectionsThatFit(1, 128L << 20)).isEqualTo(1);
        assertThat(PackageSettings.connectionsThatFit(20_000, 1_000)).isEqualTo(1);
    }
}
