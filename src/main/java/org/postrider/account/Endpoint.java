package org.postrider.account;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** A place of the web that answers with a JSON object: bounded in time and size, no redirects. Thread: any. */
final class Endpoint {
    static final int OCTETS_MAX = 1 << 20;
    private static final int OK = 200;

    private final HttpClient client;
    private final ObjectMapper json = new ObjectMapper();
    private final Duration timeout;

    Endpoint(Duration timeout) {
        this.timeout = timeout;
        this.client = HttpClient.newBuilder()
                .connectTimeout(timeout)
                .followRedirects(HttpClient.Redirect.NEVER)
                .build();
    }

    /** @throws IOException where it does not answer with 200 and an object of at most {@value #OCTETS_MAX} octets in time */
    JsonNode ask(HttpRequest.Builder request) throws IOException {
        HttpRequest built =
                request.timeout(timeout).header("Accept", "application/json").build();
        URI place = built.uri();
        try {
            HttpResponse<InputStream> response = client.send(built, HttpResponse.BodyHandlers.ofInputStream());
            byte[] body;
            try (InputStream in = response.body()) {
                body = in.readNBytes(OCTETS_MAX + 1);
            }
            if (response.statusCode() != OK || body.length > OCTETS_MAX) {
                throw new IOException(place + " answered " + response.statusCode() + " and " + body.length + " octets");
            }
            JsonNode node = json.readTree(body);
            if (!node.isObject()) {
                throw new IOException(place + " answered with no JSON object");
            }
            return node;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting for " + place, e);
        } catch (JacksonException e) {
            throw new IOException(place + " answered with no JSON", e);
        }
    }
}
