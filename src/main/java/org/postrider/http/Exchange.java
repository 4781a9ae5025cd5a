package org.postrider.http;

import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** What all routes do with requests and responses. */
final class Exchange {
    static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .disable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .build();

    private Exchange() {}

    static void json(ServerResponse response, int status, Object body) {
        send(response, status, "application/json", JSON.writeValueAsBytes(body));
    }

    static void failed(ServerResponse response, int status, String error) {
        json(response, status, new ControlViews.Failed(error));
    }

    static void text(ServerResponse response, int status, String body) {
        send(response, status, "text/plain; charset=utf-8", body.getBytes(StandardCharsets.UTF_8));
    }

    static void send(ServerResponse response, int status, String type, byte[] body) {
        response.status(status).header(HeaderNames.CONTENT_TYPE, type).send(body);
    }

    /** The body; empty where there is none. */
    static byte[] body(ServerRequest request) {
        return request.content().hasEntity() ? request.content().as(byte[].class) : new byte[0];
    }

    /** A query parameter, {@code null} where there is none. */
    static @Nullable String query(ServerRequest request, String name) {
        return request.query().first(name).orElse(null);
    }

    /** A numeric query parameter within bounds, the fallback where there is none or it is no number. */
    static int number(ServerRequest request, String name, int fallback, int max) {
        String text = query(request, name);
        return text == null || !text.matches("\\d{1,9}") ? fallback : Math.clamp(Integer.parseInt(text), 1, max);
    }

    static String path(ServerRequest request, String name) {
        return request.path().pathParameters().get(name);
    }
}
