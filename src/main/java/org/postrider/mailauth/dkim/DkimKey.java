package org.postrider.mailauth.dkim;

import java.math.BigInteger;
import java.security.PublicKey;
import java.security.interfaces.RSAPublicKey;
import java.util.List;
import java.util.Optional;
import org.postrider.mailauth.TagList;

/**
 * A public key as a TXT record publishes it (RFC 6376 §3.6.1, RFC 8463 §4.2).
 *
 * @param algorithm what it verifies
 * @param bits of an RSA modulus; 256 for Ed25519
 * @param testing {@code t=y}: the domain only tries
 * @param strict {@code t=s}: the domain of {@code i=} must be that of {@code d=}
 */
public record DkimKey(SigningAlgorithm algorithm, PublicKey key, int bits, boolean testing, boolean strict) {
    /** RFC 8301 §3.2: less must not be taken as valid. */
    public static final int RSA_BITS_MIN = 1_024;
    /** RFC 8301 §3.2: more need not be verified, and is costly. */
    public static final int RSA_BITS_MAX = 4_096;
    /** A large exponent makes verifying as costly as signing; in use are 3 and 65537. */
    private static final int EXPONENT_BITS_MAX = 33;
    /** Base64 of a key of 4096 bits has 736 octets. */
    private static final int BASE64_OCTETS_MAX = 1_024;

    static final String REVOKED = "the key is revoked";

    private static final int ED25519_OCTETS = 32;
    private static final int ED25519_BITS = 256;

    /** What came of reading a record. */
    public sealed interface Read {}

    public record Usable(DkimKey key) implements Read {}

    /**
     * @param isKey whether it wants to be a key at all, and not some other TXT record that a wildcard brings
     * @param reason for people
     */
    public record Unusable(boolean isKey, String reason) implements Read {}

    /** Reads a record; its strings are joined already. */
    public static Read read(String record) {
        Optional<TagList> list = TagList.parse(record);
        if (list.isEmpty()) {
            return new Unusable(record.startsWith("v=DKIM1"), "the key record is no list of tags");
        }
        TagList tags = list.get();
        Optional<String> version = tags.value("v");
        boolean first = tags.tags().keySet().iterator().next().equals("v");
        if (version.isPresent() && !(first && version.get().equals("DKIM1"))) {
            return new Unusable(false, "the key record is not of DKIM1");
        }
        if (tags.value("p").isEmpty()) {
            return new Unusable(version.isPresent(), "the key record has no p=");
        }
        return problem(tags).<Read>map(why -> new Unusable(true, why)).orElseGet(() -> key(tags));
    }

    private static Optional<String> problem(TagList tags) {
        if (!lists(tags, "h", SigningAlgorithm.HASH)) {
            return Optional.of("the key is not for sha256");
        }
        if (!lists(tags, "s", "email") && !lists(tags, "s", "*")) {
            return Optional.of("the key is not for mail");
        }
        return tags.compact("p").filter(String::isEmpty).map(_ -> REVOKED);
    }

    /** Whether a tag with a list separated by colons has this entry, or is not there. */
    private static boolean lists(TagList tags, String tag, String entry) {
        return tags.compact(tag)
                .map(text -> List.of(text.split(":", -1)).contains(entry))
                .orElse(true);
    }

    private static boolean hasFlag(TagList tags, String flag) {
        return tags.value("t").isPresent() && lists(tags, "t", flag);
    }

    private static Read key(TagList tags) {
        String base64 = tags.compact("p").orElse("");
        Optional<byte[]> octets =
                base64.length() > BASE64_OCTETS_MAX ? Optional.empty() : SignatureReader.decoded(base64);
        if (octets.isEmpty()) {
            return new Unusable(true, "p= is too long or no base64");
        }
        boolean testing = hasFlag(tags, "y");
        boolean strict = hasFlag(tags, "s");
        String type = tags.value("k").orElse("rsa");
        return switch (type) {
            case "rsa" -> rsa(octets.get(), testing, strict);
            case "ed25519" -> ed25519(octets.get(), testing, strict);
            default -> new Unusable(true, "the key is of an unknown type");
        };
    }

    private static Read rsa(byte[] der, boolean testing, boolean strict) {
        Optional<RSAPublicKey> key = decoded(
                        SigningAlgorithm.RSA_SHA256, Der.isSequenceOfSequence(der) ? der : Der.rsaPublicKeyInfo(der))
                .map(RSAPublicKey.class::cast);
        if (key.isEmpty()) {
            return new Unusable(true, "p= is no RSA key");
        }
        int bits = key.get().getModulus().bitLength();
        BigInteger exponent = key.get().getPublicExponent();
        if (bits < RSA_BITS_MIN) {
            return new Unusable(true, "the key has " + bits + " bits, which is too short (RFC 8301)");
        }
        if (bits > RSA_BITS_MAX || exponent.bitLength() > EXPONENT_BITS_MAX) {
            return new Unusable(true, "the key has " + bits + " bits or an exponent that costs too much");
        }
        return new Usable(new DkimKey(SigningAlgorithm.RSA_SHA256, key.get(), bits, testing, strict));
    }

    private static Read ed25519(byte[] octets, boolean testing, boolean strict) {
        Optional<PublicKey> key = octets.length == ED25519_OCTETS
                ? decoded(SigningAlgorithm.ED25519_SHA256, Der.ed25519PublicKeyInfo(octets))
                : Optional.empty();
        return key.<Read>map(point ->
                        new Usable(new DkimKey(SigningAlgorithm.ED25519_SHA256, point, ED25519_BITS, testing, strict)))
                .orElseGet(() -> new Unusable(true, "p= is no Ed25519 key"));
    }

    /** Read by who will verify with it: to take in another's key costs about as much as verifying. */
    private static Optional<PublicKey> decoded(SigningAlgorithm algorithm, byte[] keyInfo) {
        return CryptoProviders.best().publicKey(algorithm, keyInfo);
    }
}
