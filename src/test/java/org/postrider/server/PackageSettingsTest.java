package org.postrider.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.nio.file.Path;
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
import org.postrider.server.config.Configuration;
import org.postrider.server.config.ConfigurationFile;
import org.postrider.tls.ServerEngines;

/** Each key of the configuration means something to some package. */
class PackageSettingsTest {
    private static final Map<String, String> RENAMED = Map.of(
            "listeners",
            "listener",
            "domains",
            "domain",
            "routes",
            "route",
            "users",
            "user",
            "convertEightBit",
            "convert-8bit");

    /** Checked, and of a later release. */
    private static final Set<String> LATER = Set.of(
            // Mapped by AccountMapping, whose test it is.
            "auth",
            "quota",
            "user.scram",
            "user.certificates",
            "user.quota",
            "tls.certificate",
            "tls.key",
            "tls.trust",
            "user.name",
            "user.password",
            "user.send-as",
            "policy.enforce",
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
        domain.deliver = "discard"
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
        limits.messages-per-session = 7
        limits.received-fields = 7
        dns.servers = ["127.0.0.1:5353"]
        dns.trust-ad = true
        delivery.port = 2600
        delivery.private-networks = ["10.0.0.0/8"]
        delivery.attempts = 7
        delivery.recipients-per-transaction = 7
        delivery.concurrency-start = 7
        delivery.concurrency-max = 70
        delivery.messages-per-connection = 7
        delivery.connection-idle = "7s"
        delivery.connections-idle = 7
        delivery.convert-8bit = false
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

    /** A file with each section once and one key as wanted. */
    private static PackageSettings with(String key, String value) {
        List<String> sections = List.of(
                "",
                "[[listener]]",
                "address = \"" + LISTENER + "\"",
                "proxy-protocol = " + key.equals("proxy.networks"),
                "[proxy]",
                "networks = [\"127.0.0.1/32\"]",
                "[[domain]]",
                "name = \"a.example\"",
                "deliver = \"hold\"",
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
                "[log]");
        List<String> lines = new ArrayList<>(List.of("hostname = \"mx.example\""));
        lines.addAll(sections);
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
                settings.notices(),
                settings.http(false),
                settings.mailLog(),
                settings.dns());
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

    private static Stream<String> keys(Class<?> type, String section) {
        return Stream.of(type.getRecordComponents()).flatMap(component -> {
            String name = RENAMED.getOrDefault(
                    component.getName(),
                    component.getName().replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT));
            Class<?> inner = inner(component);
            return inner.isRecord() && inner.getDeclaringClass() == Configuration.class
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
}
