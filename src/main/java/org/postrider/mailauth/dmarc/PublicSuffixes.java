package org.postrider.mailauth.dmarc;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.postrider.mail.Domain;

/**
 * A list of the names below which anybody may register, in the format of publicsuffix.org: what RFC 7489 §3.2 took the
 * organization's domain from, and RFC 9989 no longer does.
 *
 * <p>Thread: any; immutable.
 */
public final class PublicSuffixes {
    private static final int LINES_MAX = 100_000;

    private final Set<String> names;
    private final Set<String> wildcards;
    private final Set<String> exceptions;

    private PublicSuffixes(Set<String> names, Set<String> wildcards, Set<String> exceptions) {
        this.names = names;
        this.wildcards = wildcards;
        this.exceptions = exceptions;
    }

    /**
     * Reads a list, private suffixes among them. Rules that name no domain are left out.
     *
     * @throws IOException where the file cannot be read, is or is not UTF-8
     */
    public static PublicSuffixes read(Path file) throws IOException {
        return of(Files.readAllLines(file, StandardCharsets.UTF_8));
    }

    /** The same of a list's lines; the first {@value #LINES_MAX} count. */
    public static PublicSuffixes of(List<String> lines) {
        Set<String> names = new HashSet<>();
        Set<String> wildcards = new HashSet<>();
        Set<String> exceptions = new HashSet<>();
        for (String line : lines.subList(0, Math.min(lines.size(), LINES_MAX))) {
            String rule = line.strip().split("\\s", 2)[0];
            if (rule.isEmpty() || rule.startsWith("//")) {
                continue;
            }
            boolean exception = rule.startsWith("!");
            boolean wildcard = rule.startsWith("*.");
            Domain.parse(exception ? rule.substring(1) : wildcard ? rule.substring(2) : rule)
                    .ifPresent(domain -> (exception ? exceptions : wildcard ? wildcards : names).add(domain.ascii()));
        }
        return new PublicSuffixes(names, wildcards, exceptions);
    }

    /** The name one label below the longest suffix that the list has for it; a suffix stands for itself. */
    public Domain organization(Domain domain) {
        return TreeWalk.suffix(domain, suffixLabels(domain) + 1);
    }

    /** Whether the list has this name, or nothing above it but the root. */
    public boolean isSuffix(Domain domain) {
        return suffixLabels(domain) >= TreeWalk.labels(domain);
    }

    private int suffixLabels(Domain domain) {
        for (int labels = TreeWalk.labels(domain); labels > 1; labels--) {
            String name = TreeWalk.suffix(domain, labels).ascii();
            if (exceptions.contains(name)) {
                return labels - 1;
            }
            if (names.contains(name)
                    || wildcards.contains(TreeWalk.suffix(domain, labels - 1).ascii())) {
                return labels;
            }
        }
        // Where no rule matches, it is as if there were one for all names of one label.
        return 1;
    }
}
