package org.postrider.domain;

import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import org.postrider.mail.Domain;
import org.postrider.mailauth.dkim.DkimKeyPair;
import org.postrider.mailauth.dkim.DkimRecord;

/**
 * A key of a domain, and how far it has come.
 *
 * @param selector one label
 * @param made when
 * @param seen since when its record has been in the DNS, as far as we have looked
 * @param activated since when it signs, or when it began to
 * @param withdrawn since when it signs no more
 */
public record SigningKey(
        Domain domain,
        String selector,
        DkimKeyPair pair,
        Phase phase,
        Instant made,
        Optional<Instant> seen,
        Optional<Instant> activated,
        Optional<Instant> withdrawn) {
    /**
     * How long the record of a withdrawn key must stay: what it signed last is on its way for as long as queues keep mail,
     * five days as a rule (RFC 5321 §4.5.4.1), and is verified again where it is forwarded.
     */
    public static final Duration KEPT_PUBLISHED = Duration.ofDays(7);

    /** Where a key is in its life. */
    public enum Phase {
        /** Its record is to be published, and does not sign before that is seen. */
        PUBLISHED,
        /** It signs. */
        ACTIVE,
        /** It signs no more; its record verifies what is on its way. */
        WITHDRAWN;

        /** As the database and JSON have it. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    static SigningKey made(Domain domain, String selector, DkimKeyPair pair, Instant now) {
        return new SigningKey(
                domain, selector, pair, Phase.PUBLISHED, now, Optional.empty(), Optional.empty(), Optional.empty());
    }

    SigningKey seen(Optional<Instant> since) {
        return new SigningKey(domain, selector, pair, phase, made, since, activated, withdrawn);
    }

    SigningKey activated(Instant now) {
        return new SigningKey(domain, selector, pair, Phase.ACTIVE, made, seen, Optional.of(now), withdrawn);
    }

    SigningKey withdrawn(Instant now) {
        return new SigningKey(domain, selector, pair, Phase.WITHDRAWN, made, seen, activated, Optional.of(now));
    }

    /** Whether {@code other} does what this one does, so that only one of them needs to sign. */
    boolean replaces(SigningKey other) {
        return domain.equals(other.domain)
                && !selector.equals(other.selector)
                && pair.algorithm() == other.pair.algorithm();
    }

    /** From when on the record of a withdrawn key may be taken out of the DNS; empty while it is needed. */
    public Optional<Instant> removable() {
        return withdrawn.map(at -> at.plus(KEPT_PUBLISHED));
    }

    /** As signatures name it, such as {@code rsa-sha256}. */
    public String algorithm() {
        return pair.algorithm().text();
    }

    /** Of an RSA modulus; 256 for Ed25519. */
    public int bits() {
        return pair.bits();
    }

    /** Where its record is to stand. */
    public Domain recordName() {
        return dkimRecord().name();
    }

    /** What its record is to say. */
    public String recordText() {
        return dkimRecord().text();
    }

    /** What publishes it. */
    public DkimRecord dkimRecord() {
        return DkimRecord.of(domain, selector, pair);
    }
}
