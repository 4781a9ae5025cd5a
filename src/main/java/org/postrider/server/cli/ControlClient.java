package org.postrider.server.cli;

import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.postrider.http.ControlToken;
import org.postrider.http.ControlViews;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;

/** Asks a running server. */
final class ControlClient {
    private static final int CONNECT_MILLIS = 3_000;
    private static final int READ_MILLIS = 60_000;
    private static final int BODY_OCTETS_MAX = 64 << 20;

    private final String base;
    private final ControlToken token;

    ControlClient(String base, ControlToken token) {
        this.base = base;
        this.token = token;
    }

    private record Answer(int status, String body) {}

    <T> T get(String path, TypeReference<T> type) throws CommandFailed {
        return read(good(call("GET", path, null)), type);
    }

    /** The same, empty where the server knows no such thing. */
    <T> Optional<T> find(String path, TypeReference<T> type) throws CommandFailed {
        Answer answer = call("GET", path, null);
        return answer.status == HttpURLConnection.HTTP_NOT_FOUND
                ? Optional.empty()
                : Optional.of(read(good(answer), type));
    }

    <T> T post(String path, @Nullable Object body, TypeReference<T> type) throws CommandFailed {
        byte[] sent = body == null ? new byte[0] : Output.JSON.writeValueAsBytes(body);
        return read(good(call("POST", path, sent)), type);
    }

    static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private Answer call(String method, String path, byte @Nullable [] body) throws CommandFailed {
        try {
            HttpURLConnection connection =
                    (HttpURLConnection) URI.create(base + path).toURL().openConnection();
            connection.setRequestMethod(method);
            connection.setConnectTimeout(CONNECT_MILLIS);
            connection.setReadTimeout(READ_MILLIS);
            connection.setRequestProperty("Authorization", token.authorization());
            if (body != null) {
                connection.setDoOutput(true);
                connection.setRequestProperty("Content-Type", "application/json");
                connection.setFixedLengthStreamingMode(body.length);
                try (var out = connection.getOutputStream()) {
                    out.write(body);
                }
            }
            int status = connection.getResponseCode();
            try (InputStream in = status < 400 ? connection.getInputStream() : connection.getErrorStream()) {
                return new Answer(
                        status, in == null ? "" : new String(in.readNBytes(BODY_OCTETS_MAX), StandardCharsets.UTF_8));
            }
        } catch (IOException | IllegalArgumentException e) {
            throw new CommandFailed(
                    ExitCodes.IO,
                    "no server answers at " + base + " (" + e.getMessage() + "). Start one with `postrider dev` or"
                            + " `postrider serve --config FILE`, or say with --config or --http where it is.");
        }
    }

    private Answer good(Answer answer) throws CommandFailed {
        return switch (answer.status) {
            case HttpURLConnection.HTTP_OK -> answer;
            case HttpURLConnection.HTTP_UNAUTHORIZED ->
                throw new CommandFailed(
                        ExitCodes.IO,
                        "the server at " + base + " does not know the token of this data directory: another server"
                                + " listens there. Name its configuration with --config, or its data directory with"
                                + " --data-dir.");
            case HttpURLConnection.HTTP_BAD_REQUEST -> throw new CommandFailed(ExitCodes.USAGE, error(answer));
            case HttpURLConnection.HTTP_NOT_FOUND -> throw new CommandFailed(ExitCodes.NOT_FOUND, error(answer));
            default ->
                throw new CommandFailed(
                        ExitCodes.IO, "the server at " + base + " answers " + answer.status + ": " + error(answer));
        };
    }

    private static String error(Answer answer) {
        try {
            return Output.plain(Output.JSON
                    .readValue(answer.body, ControlViews.Failed.class)
                    .error());
        } catch (JacksonException e) {
            return Output.plain(answer.body);
        }
    }

    private <T> T read(Answer answer, TypeReference<T> type) throws CommandFailed {
        try {
            return Output.JSON.readValue(answer.body, type);
        } catch (JacksonException e) {
            throw new CommandFailed(
                    ExitCodes.IO,
                    "what answers at " + base + " is no Postrider of this version: " + e.getOriginalMessage());
        }
    }
}
