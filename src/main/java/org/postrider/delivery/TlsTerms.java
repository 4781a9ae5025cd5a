package org.postrider.delivery;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.postrider.mail.Domain;
import org.postrider.smtp.client.TlsRequirement;

/**
 * On which terms mail goes to a site's servers.
 *
 * @param names for {@link TlsLevel#VERIFY}: of which a server's certificate must have one, in ASCII; none: the server's own
 */
public record TlsTerms(TlsLevel level, List<String> names) implements SiteTerms {
    /** Names in one policy. */
    public static final int NAMES_MAX = 100;

    public TlsTerms {
        names = List.copyOf(names);
        if (names.size() > NAMES_MAX || (level != TlsLevel.VERIFY && !names.isEmpty())) {
            throw new IllegalArgumentException(names.size() + " names to " + level);
        }
    }

    public static TlsTerms of(TlsLevel level) {
        return new TlsTerms(level, List.of());
    }

    /** {@code may}, {@code verify}, or {@code verify:mx.example.net,mx.example.org}. */
    @Override
    public String text() {
        String word = level.name().toLowerCase(Locale.ROOT);
        return names.isEmpty() ? word : word + ":" + String.join(",", names);
    }

    /** Reads what {@link #text} writes. */
    static Optional<TlsTerms> parse(String text) {
        int colon = text.indexOf(':');
        String word = colon < 0 ? text : text.substring(0, colon);
        for (TlsLevel level : TlsLevel.values()) {
            if (level.name().toLowerCase(Locale.ROOT).equals(word)) {
                return colon < 0 ? Optional.of(of(level)) : withNames(level, text.substring(colon + 1));
            }
        }
        return Optional.empty();
    }

    private static Optional<TlsTerms> withNames(TlsLevel level, String text) {
        List<String> names = List.of(text.split(",", -1));
        boolean sound = level == TlsLevel.VERIFY
                && names.size() <= NAMES_MAX
                && names.stream().allMatch(name -> Domain.parse(name).isPresent());
        return sound ? Optional.of(new TlsTerms(level, names)) : Optional.empty();
    }

    TlsRequirement requirement(String serverName) {
        return switch (level) {
            case NONE -> new TlsRequirement.None();
            case MAY -> new TlsRequirement.May();
            case ENCRYPT -> new TlsRequirement.Encrypt();
            case VERIFY -> new TlsRequirement.Verify(names.isEmpty() ? Set.of(serverName) : Set.copyOf(names));
        };
    }
}
