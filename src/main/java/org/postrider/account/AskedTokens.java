package org.postrider.account;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.io.IOException;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

/**
 * Tokens whose issuer is asked what they are worth (RFC 7662). That one is good is remembered until it expires, for a minute at
 * most: RFC 7662 §4 lets a server trade what a token that is revoked may still do for fewer questions.
 *
 * <p>Thread: any; blocks on the network.
 */
final class AskedTokens implements TokenCheck {
    static final int KNOWN_MAX = 10_000;

    private static final Duration KNOWN_FOR = Duration.ofSeconds(60);
    private static final Logger LOG = LoggerFactory.getLogger(AskedTokens.class);

    private final TokenSettings settings;
    private final TokenSettings.Source.AskedAt issuer;
    private final Endpoint endpoint;
    private final InstantSource clock;
    private final Cache<String, Known> known =
            Caffeine.newBuilder().maximumSize(KNOWN_MAX).executor(Runnable::run).build();

    /** @param until when it must be asked for again */
    private record Known(Answer.Names answer, Instant until) {}

    AskedTokens(TokenSettings settings, TokenSettings.Source.AskedAt issuer, InstantSource clock) {
        this.settings = settings;
        this.issuer = issuer;
        this.endpoint = new Endpoint(settings.timeout());
        this.clock = clock;
    }

    @Override
    public Answer check(String token) {
        String digest = digest(token);
        Known found = known.getIfPresent(digest);
        return found != null && clock.instant().isBefore(found.until()) ? found.answer() : asked(token, digest);
    }

    /** No token is kept, since whoever reads the memory could use it. */
    private static String digest(String token) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8));
            return Base64.getEncoder().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new LinkageError("SHA-256", e);
        }
    }

    private Answer asked(String token, String digest) {
        // RFC 6749 §2.3.1: the parts of the basic credentials are form-encoded first.
        String basic = Base64.getEncoder()
                .encodeToString((form(issuer.client()) + ":" + form(issuer.secret())).getBytes(StandardCharsets.UTF_8));
        HttpRequest.Builder request = HttpRequest.newBuilder(issuer.endpoint())
                .header("Authorization", "Basic " + basic)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString("token=" + form(token) + "&token_type_hint=access_token"));
        try {
            return judge(endpoint.ask(request), digest);
        } catch (IOException e) {
            LOG.warn("a token cannot be judged: {}", e.toString());
            return new Answer.Unavailable();
        }
    }

    private static String form(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private Answer judge(JsonNode answer, String digest) {
        if (!answer.path("active").asBoolean(false)) {
            return new Answer.Wrong("not active");
        }
        Instant now = clock.instant();
        JsonNode expiry = answer.path("exp");
        Instant end = expiry.isNumber() ? Instant.ofEpochSecond(expiry.asLong(0)) : Instant.MAX;
        if (!now.isBefore(end)) {
            return new Answer.Wrong("expired");
        }
        String user = answer.path(settings.userClaim()).asString("");
        if (user.isEmpty()) {
            return new Answer.Wrong("names no user");
        }
        Answer.Names names = new Answer.Names(user);
        Instant until = now.plus(KNOWN_FOR);
        known.put(digest, new Known(names, until.isBefore(end) ? until : end));
        return names;
    }
}
