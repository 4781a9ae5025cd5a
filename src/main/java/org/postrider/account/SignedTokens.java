package org.postrider.account;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.Signature;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/**
 * Tokens that prove themselves: JWTs (RFC 7519) signed with RS256, ES256 or EdDSA by keys of their issuer. {@code none} and
 * the algorithms with a shared secret are not among them, whatever a token's header says (RFC 8725 §3.1).
 *
 * <p>Thread: any; blocks where keys must be fetched.
 */
final class SignedTokens implements TokenCheck {
    /** How far the issuer's clock and ours may be apart. */
    private static final Duration SKEW = Duration.ofMinutes(1);

    private static final int PARTS = 3;
    private static final Map<String, String> ALGORITHMS =
            Map.of("RS256", "SHA256withRSA", "ES256", "SHA256withECDSAinP1363Format", "EdDSA", "Ed25519");

    private final TokenSettings settings;
    private final TokenSettings.Source.SignedBy issuer;
    private final SigningKeys keys;
    private final InstantSource clock;
    private final ObjectMapper json = new ObjectMapper();

    SignedTokens(TokenSettings settings, TokenSettings.Source.SignedBy issuer, InstantSource clock) {
        this.settings = settings;
        this.issuer = issuer;
        this.keys = new SigningKeys(issuer.keys(), new Endpoint(settings.timeout()), clock);
        this.clock = clock;
    }

    @Override
    public Answer check(String token) {
        String[] parts = token.split("\\.", -1);
        if (parts.length != PARTS) {
            return new Answer.Wrong("not a signed JWT");
        }
        JsonNode header = object(parts[0]);
        JsonNode claims = object(parts[1]);
        if (header == null || claims == null || header.has("crit")) {
            return new Answer.Wrong("not a JWT that is understood");
        }
        String algorithm = header.path("alg").asString("");
        if (!ALGORITHMS.containsKey(algorithm)) {
            return new Answer.Wrong("signed with an algorithm that is not taken");
        }
        Optional<List<SigningKeys.Key>> candidates =
                keys.find(header.path("kid").asString(""), algorithm);
        if (candidates.isEmpty()) {
            return new Answer.Unavailable();
        }
        boolean signed = candidates.get().stream().anyMatch(key -> isSigned(parts, key));
        return signed ? judge(claims) : new Answer.Wrong("not signed by its issuer");
    }

    private @Nullable JsonNode object(String part) {
        try {
            JsonNode node = json.readTree(Base64.getUrlDecoder().decode(part));
            return node.isObject() ? node : null;
        } catch (JacksonException | IllegalArgumentException _) {
            return null;
        }
    }

    private static boolean isSigned(String[] parts, SigningKeys.Key key) {
        try {
            Signature signature = Signature.getInstance(ALGORITHMS.get(key.algorithm()));
            signature.initVerify(key.key());
            signature.update((parts[0] + "." + parts[1]).getBytes(StandardCharsets.US_ASCII));
            return signature.verify(Base64.getUrlDecoder().decode(parts[2]));
        } catch (GeneralSecurityException | IllegalArgumentException _) {
            return false;
        }
    }

    private Answer judge(JsonNode claims) {
        Instant now = clock.instant();
        if (!claims.path("exp").isNumber() || !now.minus(SKEW).isBefore(time(claims, "exp"))) {
            return new Answer.Wrong("expired");
        }
        if (claims.path("nbf").isNumber() && now.plus(SKEW).isBefore(time(claims, "nbf"))) {
            return new Answer.Wrong("not valid yet");
        }
        if (!claims.path("iss").asString("").equals(issuer.issuer())) {
            return new Answer.Wrong("of another issuer");
        }
        if (!isFor(claims.path("aud"), issuer.audience())) {
            return new Answer.Wrong("for another audience");
        }
        String user = claims.path(settings.userClaim()).asString("");
        return user.isEmpty() ? new Answer.Wrong("names no user") : new Answer.Names(user);
    }

    private static Instant time(JsonNode claims, String name) {
        return Instant.ofEpochSecond(Math.clamp(claims.path(name).asLong(0), 0, Integer.MAX_VALUE * 100L));
    }

    /** RFC 7519 §4.1.3: one audience, or a list. */
    private static boolean isFor(JsonNode audiences, String wanted) {
        if (audiences.isArray()) {
            for (JsonNode one : audiences) {
                if (one.asString("").equals(wanted)) {
                    return true;
                }
            }
            return false;
        }
        return audiences.asString("").equals(wanted);
    }
}
