package org.postrider.account;

import java.io.IOException;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

/** Tokens whose issuer is asked what they are worth (RFC 7662). Thread: any; blocks on the network. */
final class AskedTokens implements TokenCheck {
    private static final Logger LOG = LoggerFactory.getLogger(AskedTokens.class);

    private final TokenSettings settings;
    private final TokenSettings.Source.AskedAt issuer;
    private final Endpoint endpoint;
    private final InstantSource clock;

    AskedTokens(TokenSettings settings, TokenSettings.Source.AskedAt issuer, InstantSource clock) {
        this.settings = settings;
        this.issuer = issuer;
        this.endpoint = new Endpoint(settings.timeout());
        this.clock = clock;
    }

    @Override
    public Answer check(String token) {
        // RFC 6749 §2.3.1: the parts of the basic credentials are form-encoded first.
        String basic = Base64.getEncoder()
                .encodeToString((form(issuer.client()) + ":" + form(issuer.secret())).getBytes(StandardCharsets.UTF_8));
        HttpRequest.Builder request = HttpRequest.newBuilder(issuer.endpoint())
                .header("Authorization", "Basic " + basic)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString("token=" + form(token) + "&token_type_hint=access_token"));
        try {
            return judge(endpoint.ask(request));
        } catch (IOException e) {
            LOG.warn("a token cannot be judged: {}", e.toString());
            return new Answer.Unavailable();
        }
    }

    private static String form(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private Answer judge(JsonNode answer) {
        if (!answer.path("active").asBoolean(false)) {
            return new Answer.Wrong("not active");
        }
        JsonNode expiry = answer.path("exp");
        if (expiry.isNumber() && !clock.instant().isBefore(Instant.ofEpochSecond(expiry.asLong(0)))) {
            return new Answer.Wrong("expired");
        }
        String user = answer.path(settings.userClaim()).asString("");
        return user.isEmpty() ? new Answer.Wrong("names no user") : new Answer.Names(user);
    }
}
