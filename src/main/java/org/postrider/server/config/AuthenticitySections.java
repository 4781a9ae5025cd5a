package org.postrider.server.config;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.postrider.mail.Domain;

/** The sections of {@link Configuration} about the authenticity of mail: SPF, DKIM, DMARC. */
public final class AuthenticitySections {
    private AuthenticitySections() {}

    /** What becomes of signatures with {@code l=}. */
    public enum BodyLimits {
        REFUSE,
        MARK
    }

    /** What {@code p=quarantine} comes to. */
    public enum Quarantine {
        TAG,
        SCORE,
        HOLD,
        DEFER,
        REJECT
    }

    /** What {@code p=reject} comes to. */
    public enum Rejection {
        QUARANTINE,
        AGREED,
        REJECT
    }

    public record Spf(
            @Key(
                    fallback = "\"tag\"",
                    meaning = "Mail from a host that the sender's domain excludes (`-all`): `tag`, `score`, `defer` or"
                            + " `reject` (550 5.7.23). A refusal here loses mail that DKIM would have shown to be authentic"
                            + " (RFC 9989 §7.1).")
            PolicySections.Action fail,

            @Key(fallback = "\"tag\"", meaning = "Mail of a domain whose record is faulty; refused with 550 5.7.24.")
            PolicySections.Action error,

            @Key(fallback = "1", min = -1000, max = 1000, meaning = "What a finding adds to the score.")
            int weight) {}

    public record Dkim(
            @Key(
                    fallback = "\"refuse\"",
                    meaning =
                            "Signatures that cover only the beginning of the body (`l=`): `refuse` does not count them where"
                                    + " something follows, `mark` counts them.")
            BodyLimits bodyLimits,

            @Key(
                    fallback = "true",
                    meaning =
                            "Whether mail with octets above 127 is converted to 7 bits before it is signed, so that no host on"
                                    + " the way needs to and breaks the signature.")
            boolean convert8bit,

            @Key(
                    fallback = "\"2d\"",
                    min = 0,
                    meaning =
                            "How long the record of a new key of `postrider domain rotate` must have been in the DNS before the"
                                    + " key signs in the place of the old one.")
            Duration rotationWait) {}

    public record DkimKey(
            @Key(
                    meaning =
                            "The domain of the authors; domains below it are signed for, too, unless they have their own key.")
            Domain domain,

            @Key(meaning = "The selector: the public key is published at SELECTOR._domainkey.DOMAIN.")
            String selector,

            @Key(
                    meaning =
                            "The private key, RSA of 1024 to 4096 bits or Ed25519, in PEM: `file:` or `env:` names where it is.")
            Reference key) {}

    public record Dmarc(
            @Key(
                    fallback = "\"reject\"",
                    meaning =
                            "Mail without one author: no From field, several, a malformed one, or one that names several"
                                    + " domains: `off`, `tag`, `score`, `defer` or `reject` (550 5.7.1).")
            PolicySections.Action noAuthor,

            @Key(
                    fallback = "\"agreed\"",
                    meaning =
                            "Mail that fails where its domain says `p=reject`: `quarantine`; `agreed`: refused with 550 5.7.26"
                                    + " where a DNS list or a `[[client]]` list speaks against the client too, else quarantined, as"
                                    + " RFC 9989 §7.4 wants it; `reject`: always refused, which hurts mailing lists.")
            Rejection reject,

            @Key(
                    fallback = "\"tag\"",
                    meaning =
                            "What quarantine is: `tag` (taken, and said in Authentication-Results), `score`, `hold` (taken, and"
                                    + " waits in the queue for `postrider queue release` or `remove`), `defer` or `reject`.")
            Quarantine quarantine,

            @Key(
                    fallback = "\"tag\"",
                    meaning =
                            "Mail that cannot be judged since the DNS fails: `tag`, `score`, or `defer` (451 4.7.26).")
            PolicySections.Action unknown,

            @Key(fallback = "1", min = -1000, max = 1000, meaning = "What a finding adds to the score.")
            int weight,

            @Key(
                    fallback = "[]",
                    meaning = "Domains whose ARC seals are believed: mail that fails here and passed there is taken.")
            List<Domain> trustedSealers,

            @Key(
                    fallback = "[]",
                    meaning =
                            "Domains of mailing lists: mail that fails for its author is taken where it has a List-Id field"
                                    + " and a list's domain, or one below it, signed it or is its sender by SPF.")
            List<Domain> trustedLists,

            @Key(meaning = "The public suffix list (publicsuffix.org), to note where DMARC's rule before 2026 differs.")
            Optional<ListFile> publicSuffixes) {
        public Dmarc {
            trustedSealers = List.copyOf(trustedSealers);
            trustedLists = List.copyOf(trustedLists);
        }
    }
}
