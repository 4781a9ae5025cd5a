package org.postrider.mailauth.spf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.Reader;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.postrider.dns.Answer;
import org.postrider.mail.Ascii;
import org.postrider.testing.FakeResolver;
import org.postrider.testing.Requirement;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.representer.Representer;
import org.yaml.snakeyaml.resolver.Resolver;

/** The openspf project's suite for RFC 7208, each case a test. */
class OpenspfSuiteTest {
    private static final Path SUITE = Path.of("../shared/conformance/spf/rfc7208-tests.yml");

    /** Leaves every scalar as the text that it is. */
    private static final class TextOnly extends Resolver {
        @Override
        protected void addImplicitResolvers() {}
    }

    private record Case(String name, Map<String, Object> about, FakeResolver dns) {
        String text(String key) {
            return String.valueOf(about.get(key));
        }
    }

    @TestFactory
    @Requirement({"RFC 7208 §4", "J3"})
    Stream<DynamicNode> agreesWithTheSuite() throws IOException {
        assumeTrue(Files.exists(SUITE), "the openspf suite is not at " + SUITE + ": its cases are not tried");
        LoaderOptions options = new LoaderOptions();
        options.setCodePointLimit(1 << 20);
        DumperOptions dumping = new DumperOptions();
        Yaml yaml = new Yaml(new SafeConstructor(options), new Representer(dumping), dumping, options, new TextOnly());
        List<Object> sections;
        try (Reader reader = Files.newBufferedReader(SUITE, StandardCharsets.UTF_8)) {
            sections = StreamSupport.stream(yaml.loadAll(reader).spliterator(), false)
                    .toList();
        }
        return sections.stream().map(section -> container(map(section)));
    }

    private static DynamicNode container(Map<String, Object> section) {
        FakeResolver dns = zone(map(Objects.requireNonNull(section.get("zonedata"))));
        Stream<DynamicTest> tests = map(Objects.requireNonNull(section.get("tests"))).entrySet().stream()
                .map(entry -> new Case(entry.getKey(), map(entry.getValue()), dns))
                .map(each -> DynamicTest.dynamicTest(each.name, () -> check(each)));
        return DynamicContainer.dynamicContainer(String.valueOf(section.get("description")), tests);
    }

    private static void check(Case each) {
        Spf spf = new Spf(each.dns, () -> Instant.EPOCH, () -> 0, "receiver.example");
        SpfOutcome outcome = spf.check(SpfQuestion.mailFrom(
                InetAddress.ofLiteral(each.text("host")), each.text("helo"), each.text("mailfrom")));

        Object wanted = each.about.get("result");
        List<?> allowed = wanted instanceof List<?> several ? several : List.of(String.valueOf(wanted));
        assertThat(outcome.result().text()).as(outcome.toString()).isIn(allowed);
        if (each.about.containsKey("explanation")) {
            String explanation = each.text("explanation");
            assertThat(outcome.explanation())
                    .isEqualTo(explanation.equals("DEFAULT") ? Optional.empty() : Optional.of(explanation));
        }
    }

    /** A list entry is a record, or {@code TIMEOUT} for all kinds that are not given. SPF stands for TXT where no TXT is. */
    private static FakeResolver zone(Map<String, Object> zone) {
        FakeResolver dns = new FakeResolver();
        zone.forEach((name, entries) -> {
            List<?> all = (List<?>) entries;
            boolean hasText = all.stream().anyMatch(entry -> entry instanceof Map<?, ?> map && map.containsKey("TXT"));
            for (Object entry : all) {
                if (entry instanceof Map<?, ?> typed) {
                    typed.forEach((type, value) -> add(dns, name, String.valueOf(type), value, hasText));
                }
            }
            if (all.contains("TIMEOUT")) {
                boolean textGiven = all.stream()
                        .anyMatch(entry -> entry instanceof Map<?, ?> map
                                && map.containsKey("TXT")
                                && !map.get("TXT").equals("NONE"));
                if (!textGiven) {
                    dns.failing(lower(name), Answer.Failure.TIMEOUT);
                }
            }
        });
        return dns;
    }

    private static void add(FakeResolver dns, String owner, String type, Object value, boolean hasText) {
        String name = lower(owner);
        switch (type) {
            case "A", "AAAA" -> dns.address(name, String.valueOf(value));
            case "MX" -> {
                List<?> parts = (List<?>) value;
                String host = lower(String.valueOf(parts.get(1)));
                dns.mx(name, Integer.parseInt(String.valueOf(parts.get(0))), host.isEmpty() ? "." : host);
            }
            case "PTR" -> dns.ptr(addressOf(name), lower(String.valueOf(value)));
            case "CNAME" -> dns.alias(name, lower(String.valueOf(value)));
            case "TXT" -> addText(dns, name, value);
            case "SPF" -> {
                if (!hasText) {
                    addText(dns, name, value);
                }
            }
            default -> throw new AssertionError("a record of type " + type);
        }
    }

    private static void addText(FakeResolver dns, String name, Object value) {
        String text = value instanceof List<?> strings
                ? String.join("", strings.stream().map(String::valueOf).toList())
                : String.valueOf(value);
        if (!text.equals("NONE")) {
            dns.txt(name, new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1));
        }
    }

    /** The address that a name under in-addr.arpa or ip6.arpa stands for. */
    private static String addressOf(String name) {
        List<String> labels = List.of(name.split("\\.", -1)).reversed();
        List<String> digits = labels.subList(2, labels.size());
        if (name.endsWith(".in-addr.arpa")) {
            return String.join(".", digits);
        }
        StringBuilder address = new StringBuilder();
        for (int i = 0; i < digits.size(); i++) {
            address.append(i > 0 && i % 4 == 0 ? ":" : "").append(digits.get(i));
        }
        return address.toString();
    }

    private static String lower(String name) {
        String lower = Ascii.lower(name);
        return lower.endsWith(".") ? lower.substring(0, lower.length() - 1) : lower;
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> map(Object value) {
        return (Map<String, Object>) value;
    }
}
