package org.postrider.tls;

import java.security.PrivateKey;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The certificates that a server has, the one for unknown names first. They can be replaced while sessions go on: new
 * handshakes then show the new ones.
 *
 * <p>Thread: any.
 */
public final class Identities {
    /** Challenges at once; each is there for some seconds. */
    private static final int CHALLENGES_MAX = 100;

    private final UnaryOperator<PrivateKey> prepared;
    private volatile Shown shown = new Shown(List.of(), Map.of());
    private long made;
    /** Certificates that answer challenges, by the name that is asked for (RFC 8737 §3). */
    private final ConcurrentHashMap<String, PemIdentity> challenges = new ConcurrentHashMap<>();

    /**
     * @param byAlias those that are shown, and those that were until the last change, for handshakes that had begun
     */
    private record Shown(List<Named> all, Map<String, Named> byAlias) {}

    /**
     * An identity and what JSSE calls it; never used again for another.
     *
     * @param key the identity's, in the form in which it signs
     */
    record Named(String alias, PemIdentity identity, PrivateKey key) {}

    /** Their keys sign as they are. */
    public Identities() {
        this(UnaryOperator.identity());
    }

    /**
     * @param prepared gives a key the form in which it is to sign, such as {@link LentSignatures#prepared}
     */
    public Identities(UnaryOperator<PrivateKey> prepared) {
        this.prepared = prepared;
    }

    /** Shows these from now on; the first also to clients that ask for no name or for an unknown one. */
    public synchronized void replace(List<PemIdentity> identities) {
        List<Named> named = new ArrayList<>();
        Map<String, Named> byAlias = new LinkedHashMap<>();
        shown.all().forEach(old -> byAlias.put(old.alias(), old));
        for (PemIdentity identity : identities) {
            Named next = new Named("identity-" + made++, identity, prepared.apply(identity.key()));
            named.add(next);
            byAlias.put(next.alias(), next);
        }
        shown = new Shown(List.copyOf(named), Map.copyOf(byAlias));
    }

    /** Those that are shown. */
    public List<PemIdentity> all() {
        return shown.all().stream().map(Named::identity).toList();
    }

    boolean isEmpty() {
        return shown.all().isEmpty();
    }

    /** Answers a challenge under the ALPN name {@code acme-tls/1}; false where there are too many. */
    public boolean answerChallenge(String host, PemIdentity certificate) {
        if (challenges.size() >= CHALLENGES_MAX) {
            return false;
        }
        challenges.put(host, certificate);
        return true;
    }

    public void forgetChallenge(String host) {
        challenges.remove(host);
    }

    Optional<PemIdentity> challenge(@Nullable String host) {
        return host == null ? Optional.empty() : Optional.ofNullable(challenges.get(host));
    }

    boolean awaitsChallenges() {
        return !challenges.isEmpty();
    }

    /** The identity of an alias that {@link #choose} gave. */
    Optional<Named> named(String alias) {
        return Optional.ofNullable(shown.byAlias().get(alias));
    }

    /**
     * The identity of a kind of key for a client: of those for the name that it asks for, else of those with a wildcard for
     * it, else of those for unknown names. Where the best have no key of that kind, none: JSSE then asks for another kind.
     *
     * @param usable which ones the client can check at all; the name gives way to that
     */
    Optional<Named> choose(String keyType, @Nullable String host, Predicate<PemIdentity> usable) {
        List<Named> all = shown.all();
        if (all.isEmpty()) {
            return Optional.empty();
        }
        PemIdentity first = all.getFirst().identity();
        List<Predicate<PemIdentity>> better = new ArrayList<>();
        if (host != null) {
            better.add(each -> each.names().name(host));
            better.add(each -> each.names().cover(host));
        }
        better.add(each -> each == first || each.names().equals(first.names()));
        return better.stream()
                .map(rank -> filter(all, rank.and(usable)))
                .filter(found -> !found.isEmpty())
                .findFirst()
                .flatMap(found -> ofType(found, keyType));
    }

    /** Those of some that a client may be shown which asks for this name, one for each kind of key at most. */
    public static List<PemIdentity> shownFor(String host, List<PemIdentity> some) {
        Identities all = new Identities();
        all.replace(some);
        return some.stream()
                .map(each -> each.certificate().getPublicKey().getAlgorithm())
                .distinct()
                .flatMap(type -> all.choose(type, host, each -> true).stream())
                .map(Named::identity)
                .distinct()
                .toList();
    }

    private static List<Named> filter(List<Named> all, Predicate<PemIdentity> wanted) {
        return all.stream().filter(each -> wanted.test(each.identity())).toList();
    }

    private static Optional<Named> ofType(List<Named> some, String keyType) {
        return some.stream().filter(each -> each.identity().isOfType(keyType)).findFirst();
    }
}
