package org.postrider.account;

import java.io.IOException;
import java.math.BigInteger;
import java.net.URI;
import java.net.http.HttpRequest;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.security.spec.RSAPublicKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

/**
 * The keys of an issuer of tokens (RFC 7517), fetched and kept for an hour. A token with a key that is not among them has
 * them fetched again, once a minute at most; while the issuer does not answer the old ones go on for a day.
 *
 * <p>Thread: any; one fetches, and others meanwhile wait for it.
 */
final class SigningKeys {
    static final int KEYS_MAX = 100;
    private static final Logger LOG = LoggerFactory.getLogger(SigningKeys.class);
    private static final Duration FRESH = Duration.ofHours(1);
    private static final Duration USABLE = Duration.ofDays(1);
    private static final Duration PAUSE = Duration.ofMinutes(1);
    private static final int RSA_BITS_MIN = 2_048;

    /** RFC 8410 §4: what stands before the 32 octets of an Ed25519 key in an X.509 SubjectPublicKeyInfo. */
    private static final byte[] ED25519 = HexFormat.of().parseHex("302a300506032b6570032100");

    private static final int ED25519_OCTETS = 32;

    private final URI place;
    private final Endpoint endpoint;
    private final InstantSource clock;
    private final Object fetching = new Object();
    private volatile Kept kept = new Kept(List.of(), Instant.MIN, Instant.MIN);

    /**
     * @param id empty where the issuer gave none
     * @param algorithm that it may be used with, such as {@code RS256}
     */
    record Key(String id, String algorithm, PublicKey key) {}

    private record Kept(List<Key> keys, Instant fetched, Instant tried) {
        List<Key> of(String id, String algorithm) {
            return keys.stream()
                    .filter(key -> key.algorithm().equals(algorithm))
                    .filter(key -> id.isEmpty() || key.id().equals(id))
                    .toList();
        }
    }

    SigningKeys(URI place, Endpoint endpoint, InstantSource clock) {
        this.place = place;
        this.endpoint = endpoint;
        this.clock = clock;
    }

    /** The keys that a token may be signed with; empty where they cannot be had now. */
    Optional<List<Key>> find(String id, String algorithm) {
        Kept now = kept;
        if (isOlder(now.fetched(), FRESH) || now.of(id, algorithm).isEmpty()) {
            refresh();
            now = kept;
        }
        return isOlder(now.fetched(), USABLE) ? Optional.empty() : Optional.of(now.of(id, algorithm));
    }

    private boolean isOlder(Instant then, Duration age) {
        return then.equals(Instant.MIN) || clock.instant().isAfter(then.plus(age));
    }

    private void refresh() {
        synchronized (fetching) {
            Kept before = kept;
            if (!isOlder(before.tried(), PAUSE)) {
                return;
            }
            Instant now = clock.instant();
            try {
                kept = new Kept(read(endpoint.ask(HttpRequest.newBuilder(place))), now, now);
            } catch (IOException e) {
                LOG.warn("the keys at {} cannot be had: {}", place, e.toString());
                kept = new Kept(before.keys(), before.fetched(), now);
            }
        }
    }

    private static List<Key> read(JsonNode set) {
        List<Key> keys = new ArrayList<>();
        for (JsonNode node : set.path("keys")) {
            if (keys.size() < KEYS_MAX && !node.path("use").asString("sig").equals("enc")) {
                try {
                    key(node).ifPresent(keys::add);
                } catch (GeneralSecurityException | IllegalArgumentException e) {
                    LOG.warn("a key of an issuer cannot be used: {}", e.toString());
                }
            }
        }
        return List.copyOf(keys);
    }

    private static Optional<Key> key(JsonNode node) throws GeneralSecurityException {
        String id = node.path("kid").asString("");
        String curve = node.path("crv").asString("");
        Optional<Key> key = switch (node.path("kty").asString("")) {
            case "RSA" -> Optional.of(new Key(id, "RS256", rsa(node)));
            case "EC" -> curve.equals("P-256") ? Optional.of(new Key(id, "ES256", p256(node))) : Optional.empty();
            case "OKP" -> curve.equals("Ed25519") ? Optional.of(new Key(id, "EdDSA", ed25519(node))) : Optional.empty();
            default -> Optional.empty();
        };
        String algorithm = node.path("alg").asString("");
        return key.filter(one -> algorithm.isEmpty() || algorithm.equals(one.algorithm()));
    }

    private static byte[] octets(JsonNode node, String name) {
        return Base64.getUrlDecoder().decode(node.path(name).asString(""));
    }

    private static PublicKey rsa(JsonNode node) throws GeneralSecurityException {
        BigInteger modulus = new BigInteger(1, octets(node, "n"));
        if (modulus.bitLength() < RSA_BITS_MIN) {
            throw new IllegalArgumentException("an RSA key of " + modulus.bitLength() + " bits");
        }
        return KeyFactory.getInstance("RSA")
                .generatePublic(new RSAPublicKeySpec(modulus, new BigInteger(1, octets(node, "e"))));
    }

    private static PublicKey p256(JsonNode node) throws GeneralSecurityException {
        AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC");
        parameters.init(new ECGenParameterSpec("secp256r1"));
        ECPoint point = new ECPoint(new BigInteger(1, octets(node, "x")), new BigInteger(1, octets(node, "y")));
        return KeyFactory.getInstance("EC")
                .generatePublic(new ECPublicKeySpec(point, parameters.getParameterSpec(ECParameterSpec.class)));
    }

    private static PublicKey ed25519(JsonNode node) throws GeneralSecurityException {
        byte[] raw = octets(node, "x");
        if (raw.length != ED25519_OCTETS) {
            throw new IllegalArgumentException("an Ed25519 key of " + raw.length + " octets");
        }
        byte[] encoded = new byte[ED25519.length + raw.length];
        System.arraycopy(ED25519, 0, encoded, 0, ED25519.length);
        System.arraycopy(raw, 0, encoded, ED25519.length, raw.length);
        return KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(encoded));
    }
}
