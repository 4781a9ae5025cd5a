package org.postrider.server.config;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.postrider.account.User;
import org.postrider.mail.Network;
import org.postrider.server.config.Configuration.AuthMode;
import org.postrider.server.config.Configuration.Durability;
import org.postrider.server.config.Configuration.Listener;
import org.postrider.server.config.Configuration.Relay;
import org.postrider.server.config.Configuration.Role;
import org.postrider.server.config.Configuration.TlsMode;

/** What must hold between keys, and what is allowed and yet worth a warning. */
final class Rules {
    private static final Pattern FILTER_NAME = Pattern.compile("[a-z0-9-]{1,32}");

    private static final int RECIPIENTS_LEAST = 100;
    private static final long MESSAGE_OCTETS_LEAST = 64L << 10;

    private static final long SEGMENT_OCTETS_MAX = 1L << 30;

    private final Configuration configuration;
    private final Binder binder;
    private final List<Problem> errors;
    private final List<Problem> warnings;

    Rules(Configuration configuration, Binder binder, List<Problem> errors, List<Problem> warnings) {
        this.configuration = configuration;
        this.binder = binder;
        this.errors = errors;
        this.warnings = warnings;
    }

    void check() {
        checkListeners();
        checkRelay();
        checkHttp();
        unique("domain", configuration.domains(), domain -> domain.name().ascii(), "name");
        unique("user", configuration.users(), user -> User.key(user.name()), "name");
        new AccountRules(configuration, this::error, this::warn).check();
        new OutgoingRules(configuration, this).check();
        checkLimits();
        checkRetry();
        checkSpool();
        checkDelivery();
        new PolicyRules(configuration, binder, errors, warnings).check();
        new TlsRules(configuration, binder, errors, warnings).check();
        new AuthenticityRules(configuration, binder, errors).check();
        new ReportRules(configuration, binder, errors, warnings).check();
        new ForwardingRules(configuration, this).check();
        checkMilters();
    }

    void error(String key, String message, @Nullable String suggestion) {
        errors.add(binder.problem(key, message, suggestion));
    }

    void warn(String key, String message, @Nullable String suggestion) {
        warnings.add(binder.problem(key, message, suggestion));
    }

    private <T> void unique(String section, List<T> all, Function<T, Object> identity, String key) {
        Set<Object> seen = new HashSet<>();
        for (int i = 0; i < all.size(); i++) {
            Object value = identity.apply(all.get(i));
            if (!seen.add(value)) {
                error(section + "[" + i + "]." + key, "\"" + value + "\" is there already", "remove one of the two");
            }
        }
    }

    private void checkListeners() {
        List<Listener> listeners = configuration.listeners();
        if (listeners.isEmpty() && !binder.isBad("listener")) {
            warn(
                    "",
                    "there is no [[listener]]: no mail can come in",
                    "add [[listener]] with address = \"127.0.0.1:2525\"");
        }
        Set<InetSocketAddress> taken = new HashSet<>();
        taken.add(configuration.http().address());
        for (int i = 0; i < listeners.size(); i++) {
            InetSocketAddress address = listeners.get(i).address();
            String key = "listener[" + i + "]";
            if (address.getPort() != 0 && !taken.add(address)) {
                error(key + ".address", text(address) + " is taken by another section", "give each its own port");
            }
            checkListener(listeners.get(i), key);
        }
    }

    private void checkListener(Listener listener, String key) {
        if (listener.role() == Role.SUBMISSION && listener.authMode() == AuthMode.OFF) {
            warn(
                    key + ".role",
                    "without AUTH only [relay] networks may send here",
                    "set auth = \"tls\" and tls = \"starttls\" or \"implicit\"");
        }
        if (listener.authMode() == AuthMode.TLS && listener.tls() == TlsMode.NONE) {
            warn(key + ".auth", "AUTH waits for TLS, and this listener has none", "set tls = \"starttls\"");
        }
        if (listener.authMode() == AuthMode.ALWAYS && isPublic(listener.address())) {
            warn(key + ".auth", "passwords may cross the network in clear", "set auth = \"tls\"");
        }
        if (listener.proxyProtocol() && configuration.proxy().networks().isEmpty() && !binder.isBad("proxy.networks")) {
            error(
                    key + ".proxy-protocol",
                    "needs to know whom to believe",
                    "add [proxy] with networks = [\"127.0.0.1/32\"] or what your proxies have");
        }
        if (listener.durability() == Durability.OS) {
            warn(key + ".durability", "a power cut can lose mail that was answered with 250 here", null);
        }
    }

    private void checkRelay() {
        Relay relay = configuration.relay();
        boolean understood = relay.openRelay().filter(Relay.UNDERSTOOD::equals).isPresent();
        if (relay.openRelay().isPresent() && !understood) {
            error("relay.open-relay", "can only be \"" + Relay.UNDERSTOOD + "\"", "leave it out to have no open relay");
        }
        // Whom a proxy speaks for may be anywhere, whatever address the proxy itself comes to. And [relay] networks may
        // send on listeners of every role.
        Optional<Listener> open = configuration.listeners().stream()
                .filter(listener -> listener.proxyProtocol() || isPublic(listener.address()))
                .findFirst();
        for (int i = 0; i < relay.networks().size(); i++) {
            Network network = relay.networks().get(i);
            if (Relay.isBoundless(network) && open.isPresent()) {
                String message = network + " lets the internet send through "
                        + text(open.get().address());
                String key = "relay.networks[" + i + "]";
                if (understood) {
                    warn(key, message + ": this is an open relay", null);
                } else {
                    error(
                            key,
                            message + ": an open relay",
                            "name your own networks, or set open-relay = \"" + Relay.UNDERSTOOD + "\"");
                }
            }
        }
    }

    private static boolean isPublic(InetSocketAddress address) {
        return !address.getAddress().isLoopbackAddress();
    }

    private void checkHttp() {
        InetSocketAddress address = configuration.http().address();
        if (isPublic(address)) {
            warn(
                    "http.address",
                    text(address) + " is reachable from elsewhere, and HTTP is not encrypted",
                    "use 127.0.0.1, and a proxy with TLS in front of it");
        }
    }

    private void checkLimits() {
        if (configuration.limits().recipientsPerMessage().max() < RECIPIENTS_LEAST) {
            warn("limits.recipients-per-message", "RFC 5321 §4.5.3.1.8 wants at least 100", null);
        }
        if (configuration.limits().messageSize().octets() < MESSAGE_OCTETS_LEAST) {
            warn("limits.message-size", "RFC 5321 §4.5.3.1.7 wants at least 64 KiB", null);
        }
    }

    private void checkRetry() {
        Configuration.Retry retry = configuration.retry();
        if (retry.schedule().isEmpty()) {
            error("retry.schedule", "is empty", "give at least one wait, such as [\"15m\"]");
        }
        boolean explicit = binder.isWritten("retry.delay-notice");
        Duration notice = retry.delayNotice().orElse(Duration.ZERO);
        if (explicit && notice.compareTo(retry.lifetime()) >= 0) {
            warn("retry.delay-notice", "would come after the lifetime has ended: nobody is told of delays", null);
        }
    }

    private void checkSpool() {
        Configuration.Spool spool = configuration.spool();
        if (spool.largeContent().octets() > spool.segmentSize().octets() / 2) {
            error(
                    "spool.large-content",
                    "does not leave a segment room for two messages",
                    "at most half of segment-size");
        }
        if (spool.reserve().octets() >= spool.sizeMax().octets()) {
            error("spool.reserve", "leaves nothing of size-max for new mail", "make it smaller than size-max");
        }
        if (spool.segmentSize().octets() > SEGMENT_OCTETS_MAX) {
            error("spool.segment-size", "is more than 1 GiB", null);
        }
    }

    private void checkDelivery() {
        Delivery delivery = configuration.delivery();
        if (delivery.concurrencyStart() > delivery.concurrencyMax()) {
            error("delivery.concurrency-start", "is more than concurrency-max", "at most " + delivery.concurrencyMax());
        }
    }

    private void checkMilters() {
        List<Milter> milters = configuration.milters();
        unique("milter", milters, Milter::name, "name");
        for (int i = 0; i < milters.size(); i++) {
            String name = milters.get(i).name();
            if (!FILTER_NAME.matcher(name).matches() || name.equals("clamav")) {
                error(
                        "milter[" + i + "].name",
                        "\"" + name + "\" cannot be a filter's name",
                        "at most 32 of a to z, 0 to 9 and \"-\", and not clamav, such as \"rspamd\"");
            }
        }
    }

    static String text(InetSocketAddress address) {
        String host = address.getAddress().getHostAddress();
        return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + address.getPort();
    }
}
