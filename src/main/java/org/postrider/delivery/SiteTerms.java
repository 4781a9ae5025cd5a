package org.postrider.delivery;

import java.util.Optional;

/** What sets a site's TLS apart from that of other sites with the same servers: an operator's words, or the domains' own. */
public sealed interface SiteTerms permits TlsTerms, PublishedTerms {
    /** As a site's name has it; without semicolon. */
    String text();

    /** Reads what {@link #text} writes. */
    static Optional<SiteTerms> parse(String text) {
        return PublishedTerms.parse(text).map(SiteTerms.class::cast).or(() -> TlsTerms.parse(text));
    }
}
