package org.postrider.tlspolicy;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.postrider.mail.Domain;

/**
 * A domain's MTA-STS policy (RFC 8461 §3.2).
 *
 * @param hosts patterns of MX hosts in lower-case ASCII, one with {@code *.} before it stands for any one label more; empty
 *     only where the mode is {@link Mode#NONE}
 * @param maxAge how long it may be remembered
 */
public record StsPolicy(Mode mode, List<String> hosts, Duration maxAge) {
    /** RFC 8461 §3.2: about a year. */
    public static final Duration MAX_AGE_MOST = Duration.ofHours(8_766);
    /** Octets of a policy (RFC 8461 §3.3 advises 64 kilobytes). */
    public static final int OCTETS_MAX = 64 * 1_024;
    /** Patterns in one policy. */
    public static final int HOSTS_MAX = 100;

    private static final String WILDCARD = "*.";
    private static final int MAX_AGE_DIGITS = 10;

    /** What a failure to meet it means. */
    public enum Mode {
        /** The host is not used. */
        ENFORCE,
        /** It is reported, and mail goes on as if there were no policy. */
        TESTING,
        /** Nothing: the domain takes its policy back. */
        NONE;

        /** As policies write it. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public StsPolicy {
        hosts = List.copyOf(hosts);
        if (hosts.size() > HOSTS_MAX || (hosts.isEmpty() && mode != Mode.NONE) || maxAge.isNegative()) {
            throw new IllegalArgumentException(mode + " with " + hosts.size() + " hosts for " + maxAge);
        }
    }

    /** What came of reading a policy. */
    public sealed interface Parsed {
        record Valid(StsPolicy policy) implements Parsed {}

        /**
         * @param why for people, a clause without a subject
         */
        record Invalid(String why) implements Parsed {}
    }

    /** Ends the reading; never leaves this class. */
    private static final class Fault extends Exception {
        private static final long serialVersionUID = 1;

        Fault(String why) {
            super(why, null, false, false);
        }
    }

    /** Reads what the policy host has sent. */
    public static Parsed parse(byte[] octets) {
        if (octets.length > OCTETS_MAX) {
            return new Parsed.Invalid("is longer than " + OCTETS_MAX + " octets");
        }
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(octets))
                    .toString();
            return new Parsed.Valid(read(text));
        } catch (CharacterCodingException e) {
            return new Parsed.Invalid("is not UTF-8");
        } catch (Fault fault) {
            return new Parsed.Invalid(String.valueOf(fault.getMessage()));
        }
    }

    private static StsPolicy read(String text) throws Fault {
        Map<String, String> fields = new HashMap<>();
        List<String> hosts = new ArrayList<>();
        for (String line : text.split("\r?\n", -1)) {
            String stripped = line.strip();
            if (stripped.isEmpty()) {
                continue;
            }
            int colon = stripped.indexOf(':');
            String key = colon < 0 ? "" : stripped.substring(0, colon);
            if (!isKey(key)) {
                throw new Fault("has a line that is no field: " + shown(stripped));
            }
            String value = stripped.substring(colon + 1).strip();
            if (value.chars().anyMatch(c -> c < ' ' || c == 0x7f)) {
                throw new Fault("has a control character in " + key);
            }
            if (key.equals("mx")) {
                hosts.add(host(value));
            } else {
                // RFC 8461 §3.2: of a field that stands twice, the first counts.
                fields.putIfAbsent(key, value);
            }
            if (hosts.size() > HOSTS_MAX || fields.size() > HOSTS_MAX) {
                throw new Fault("has more than " + HOSTS_MAX + " fields of a kind");
            }
        }
        return of(fields, hosts);
    }

    private static StsPolicy of(Map<String, String> fields, List<String> hosts) throws Fault {
        if (!"STSv1".equals(fields.get("version"))) {
            throw new Fault("is not of version STSv1");
        }
        Mode mode = mode(fields.get("mode"));
        Duration maxAge = maxAge(fields.get("max_age"));
        if (hosts.isEmpty() && mode != Mode.NONE) {
            throw new Fault("names no mx");
        }
        return new StsPolicy(mode, hosts.stream().distinct().toList(), maxAge);
    }

    /** RFC 8461 §3.2, as an extension's name: a letter or digit, then at most 31 of these, {@code _}, {@code -}, {@code .}. */
    private static boolean isKey(String key) {
        return !key.isEmpty()
                && key.length() <= 32
                && isAlphanumeric(key.charAt(0))
                && key.chars().allMatch(c -> isAlphanumeric(c) || c == '_' || c == '-' || c == '.');
    }

    private static boolean isAlphanumeric(int c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    }

    private static Mode mode(@Nullable String value) throws Fault {
        for (Mode mode : Mode.values()) {
            if (mode.word().equals(value)) {
                return mode;
            }
        }
        throw new Fault(value == null ? "has no mode" : "has an unknown mode: " + shown(value));
    }

    private static Duration maxAge(@Nullable String value) throws Fault {
        if (value == null) {
            throw new Fault("has no max_age");
        }
        if (value.isEmpty() || value.length() > MAX_AGE_DIGITS || value.chars().anyMatch(c -> c < '0' || c > '9')) {
            throw new Fault("has a max_age that is no number of seconds: " + shown(value));
        }
        Duration asked = Duration.ofSeconds(Long.parseLong(value));
        return asked.compareTo(MAX_AGE_MOST) < 0 ? asked : MAX_AGE_MOST;
    }

    private static String host(String value) throws Fault {
        boolean wildcard = value.startsWith(WILDCARD);
        Optional<Domain> domain = Domain.parse(wildcard ? value.substring(WILDCARD.length()) : value);
        if (domain.isEmpty()) {
            throw new Fault("has an mx that is no host: " + shown(value));
        }
        return (wildcard ? WILDCARD : "") + domain.get().ascii();
    }

    private static String shown(String text) {
        StringBuilder shown = new StringBuilder();
        text.codePoints().limit(60).forEach(c -> shown.append(c >= ' ' && c < 0x7f ? (char) c : '?'));
        return shown.toString();
    }

    /** Whether mail for the domain may go to this host (RFC 8461 §4.1): a wildcard stands for one label, the first. */
    public static boolean isCovered(Domain host, List<String> patterns) {
        String name = host.ascii();
        int dot = name.indexOf('.');
        String wild = dot < 0 ? "" : "*" + name.substring(dot);
        return patterns.stream().anyMatch(pattern -> pattern.equals(name) || pattern.equals(wild));
    }

    /** The policy as its host serves it. */
    public String text() {
        StringBuilder text = new StringBuilder("version: STSv1\r\nmode: ")
                .append(mode.word())
                .append("\r\n");
        hosts.forEach(host -> text.append("mx: ").append(host).append("\r\n"));
        return text.append("max_age: ")
                .append(maxAge.toSeconds())
                .append("\r\n")
                .toString();
    }
}
