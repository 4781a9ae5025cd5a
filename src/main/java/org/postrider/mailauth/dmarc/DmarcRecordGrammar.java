package org.postrider.mailauth.dmarc;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.postrider.mail.Ascii;
import org.postrider.mailauth.dmarc.DmarcRecord.PublicSuffix;

/**
 * Reads records (RFC 9989 §4.8). {@code TagList} is not used: there, one malformed tag makes all of the list void, here only
 * itself. Thread: confined.
 */
final class DmarcRecordGrammar {
    private static final String VERSION = "DMARC1";
    private static final int TAGS_MAX = 100;
    private static final int CHARS_MAX = 10_000;
    private static final int URIS_MAX = 20;
    private static final int PROBLEMS_MAX = 10;
    private static final int PROBLEM_CHARS_MAX = 80;

    private final Map<String, String> tags = new LinkedHashMap<>();
    private final List<String> problems = new ArrayList<>();
    private boolean badPolicy;

    private DmarcRecordGrammar() {}

    static Optional<DmarcRecord> record(String text) {
        if (text.length() > CHARS_MAX) {
            return Optional.empty();
        }
        List<String> parts = List.of(text.split(";", -1));
        return isVersion(parts.getFirst())
                ? Optional.of(new DmarcRecordGrammar().read(text, parts.subList(1, parts.size())))
                : Optional.empty();
    }

    /** §4.7: the first tag, with this value in this case. */
    private static boolean isVersion(String part) {
        int equals = part.indexOf('=');
        return equals > 0
                && part.charAt(0) != ' '
                && part.charAt(0) != '\t'
                && Ascii.equalsIgnoreCase(strip(part.substring(0, equals)), "v")
                && strip(part.substring(equals + 1)).equals(VERSION);
    }

    private DmarcRecord read(String text, List<String> parts) {
        collect(parts);
        Optional<Policy> p = policy("p");
        Optional<Policy> sp = policy("sp");
        Optional<Policy> np = policy("np");
        if (!tags.containsKey("p")) {
            problem("p is missing");
            badPolicy = true;
        }
        return new DmarcRecord(
                text,
                p,
                sp,
                np,
                choice("adkim", "s") ? Alignment.STRICT : Alignment.RELAXED,
                choice("aspf", "s") ? Alignment.STRICT : Alignment.RELAXED,
                publicSuffix(),
                choice("t", "y"),
                failureOptions(),
                uris("rua"),
                uris("ruf"),
                problems,
                badPolicy);
    }

    private void collect(List<String> parts) {
        Set<String> repeated = new HashSet<>();
        for (String part : parts.subList(0, Math.min(TAGS_MAX, parts.size()))) {
            String tag = strip(part);
            int equals = tag.indexOf('=');
            String name = equals < 0 ? "" : Ascii.lower(strip(tag.substring(0, equals)));
            if (tag.isEmpty()) {
                continue;
            }
            if (name.isEmpty() || !name.chars().allMatch(c -> c >= 'a' && c <= 'z')) {
                problem("not a tag: " + tag);
            } else if (tags.put(name, strip(tag.substring(equals + 1))) != null && repeated.add(name)) {
                problem(name + " comes more than once");
            }
        }
        // Which of them is meant nobody can tell: an empty value is a malformed one of each tag.
        repeated.forEach(name -> tags.put(name, ""));
    }

    private void problem(String what) {
        if (problems.size() < PROBLEMS_MAX) {
            StringBuilder safe = new StringBuilder();
            what.chars().limit(PROBLEM_CHARS_MAX).forEach(c -> safe.append(c < ' ' || c > 0x7e ? '?' : (char) c));
            problems.add(safe.toString());
        }
    }

    private Optional<Policy> policy(String name) {
        String value = tags.get(name);
        if (value == null) {
            return Optional.empty();
        }
        Optional<Policy> policy = Policy.parse(value);
        if (policy.isEmpty()) {
            badPolicy = true;
            problem(name + " is not a policy: " + value);
        }
        return policy;
    }

    /** Whether a tag of two choices has the one that is not its default. */
    private boolean choice(String name, String wanted) {
        String value = tags.get(name);
        String other = name.equals("t") ? "n" : "r";
        if (value == null || Ascii.equalsIgnoreCase(value, other)) {
            return false;
        }
        if (!Ascii.equalsIgnoreCase(value, wanted)) {
            problem(name + " is neither " + wanted + " nor " + other + ": " + value);
            return false;
        }
        return true;
    }

    private PublicSuffix publicSuffix() {
        String value = Ascii.lower(tags.getOrDefault("psd", "u"));
        return switch (value) {
            case "y" -> PublicSuffix.YES;
            case "n" -> PublicSuffix.NO;
            case "u" -> PublicSuffix.UNKNOWN;
            default -> {
                problem("psd is neither y, n nor u: " + value);
                yield PublicSuffix.UNKNOWN;
            }
        };
    }

    private Set<FailureOption> failureOptions() {
        Set<FailureOption> options = EnumSet.noneOf(FailureOption.class);
        String value = tags.get("fo");
        for (String each : value == null ? List.<String>of() : List.of(value.split(":", -1))) {
            FailureOption option = failureOption(strip(each));
            if (option == null || !options.add(option)) {
                problem("fo is malformed: " + value);
                return EnumSet.of(FailureOption.ALL_FAILED);
            }
        }
        boolean both = options.contains(FailureOption.ALL_FAILED) && options.contains(FailureOption.ANY_FAILED);
        if (both) {
            problem("fo has both 0 and 1");
        }
        return both || options.isEmpty() ? EnumSet.of(FailureOption.ALL_FAILED) : options;
    }

    private static @Nullable FailureOption failureOption(String text) {
        for (FailureOption option : FailureOption.values()) {
            if (Ascii.equalsIgnoreCase(option.text(), text)) {
                return option;
            }
        }
        return null;
    }

    private List<ReportUri> uris(String name) {
        List<ReportUri> uris = new ArrayList<>();
        String value = tags.get(name);
        for (String each : value == null ? List.<String>of() : List.of(value.split(",", URIS_MAX + 1))) {
            Optional<ReportUri> uri = ReportUri.parse(strip(each));
            if (uri.isEmpty() || uris.size() == URIS_MAX) {
                problem(name + " has what is no URI: " + strip(each));
            } else {
                uris.add(uri.get());
            }
        }
        return uris;
    }

    private static String strip(String text) {
        int from = 0;
        int to = text.length();
        while (from < to && isBlank(text.charAt(from))) {
            from++;
        }
        while (to > from && isBlank(text.charAt(to - 1))) {
            to--;
        }
        return text.substring(from, to);
    }

    private static boolean isBlank(char c) {
        return c == ' ' || c == '\t';
    }
}
