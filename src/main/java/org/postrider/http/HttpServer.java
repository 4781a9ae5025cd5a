package org.postrider.http;

import io.helidon.http.HeaderNames;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.FilterChain;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.RoutingRequest;
import io.helidon.webserver.http.RoutingResponse;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.Locale;
import java.util.logging.Level;
import java.util.regex.Pattern;
import org.postrider.event.Metrics;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The HTTP listener.
 *
 * <p>Thread: any; requests run on virtual threads.
 */
public final class HttpServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(HttpServer.class);

    /** Held, since java.util.logging forgets the levels of loggers that nobody holds. */
    private static final java.util.logging.Logger HELIDON = java.util.logging.Logger.getLogger("io.helidon");

    private static final Pattern PORT = Pattern.compile(":\\d{1,5}$");
    private static final Pattern ADDRESS = Pattern.compile("[\\d.]+|\\[[0-9a-f:.]+]");

    private final HttpSettings settings;
    private final Control control;
    private final WebServer server;

    private HttpServer(HttpSettings settings, Control control, RecentMail recent, Metrics metrics, ControlToken token) {
        this.settings = settings;
        this.control = control;
        HELIDON.setLevel(Level.WARNING);
        HttpRouting.Builder routing = HttpRouting.builder()
                .addFilter(this::filter)
                .get("/health/live", (_, response) -> Exchange.text(response, 200, "live\n"))
                .get("/health/ready", (_, response) -> ready(response))
                .get("/metrics", (_, response) -> metrics(metrics, response))
                .register("/control", new ControlRoutes(control, recent, token));
        if (settings.pages()) {
            routing.register("/", new MailPages(control, recent));
        } else {
            routing.get(
                    "/", (_, response) -> Exchange.text(response, 200, "Postrider. See /health/ready and /metrics.\n"));
        }
        routing.error(Throwable.class, HttpServer::fail);
        this.server = WebServer.builder()
                .address(settings.address().getAddress())
                .port(settings.address().getPort())
                .shutdownHook(false)
                .featuresDiscoverServices(false)
                .maxPayloadSize(HttpSettings.BODY_OCTETS_MAX)
                .maxConcurrentRequests(HttpSettings.REQUESTS_MAX)
                .idleConnectionTimeout(HttpSettings.IDLE_MAX)
                .shutdownGracePeriod(Duration.ofMillis(500))
                .routing(routing)
                .build();
    }

    /**
     * Begins to serve.
     *
     * @throws IOException where the address cannot be had
     */
    public static HttpServer start(
            HttpSettings settings, Control control, RecentMail recent, Metrics metrics, ControlToken token)
            throws IOException {
        HttpServer http = new HttpServer(settings, control, recent, metrics, token);
        try {
            http.server.start();
        } catch (RuntimeException e) {
            throw new IOException("HTTP cannot listen on " + settings.address() + ": " + reason(e), e);
        }
        return http;
    }

    private static String reason(Throwable e) {
        Throwable cause = e.getCause();
        return cause == null ? String.valueOf(e.getMessage()) : reason(cause);
    }

    /** The port that was taken. */
    public int port() {
        return server.port();
    }

    @Override
    public void close() {
        server.stop();
    }

    /**
     * A page elsewhere can make its name resolve to us and then read what we serve (DNS rebinding); its requests carry that
     * name as the host, and so they are refused.
     */
    private void filter(FilterChain chain, RoutingRequest request, RoutingResponse response) {
        response.header(HeaderNames.X_CONTENT_TYPE_OPTIONS, "nosniff");
        response.header(HeaderNames.CACHE_CONTROL, "no-store");
        response.header("Referrer-Policy", "no-referrer");
        String host = request.headers().first(HeaderNames.HOST).orElse("");
        String name = PORT.matcher(host.toLowerCase(Locale.ROOT)).replaceFirst("");
        if (name.equals("localhost")
                || name.equals(settings.hostname())
                || ADDRESS.matcher(name).matches()) {
            chain.proceed();
        } else {
            response.status(421)
                    .header(HeaderNames.CONTENT_TYPE, "text/plain; charset=utf-8")
                    .send("This server is asked for by its address, as localhost, or as its own hostname.\n"
                            .getBytes(java.nio.charset.StandardCharsets.UTF_8));
        }
    }

    private void ready(ServerResponse response) {
        ControlViews.Status status = ControlRoutes.status(control.health());
        StringBuilder text = new StringBuilder(status.phase()).append('\n');
        status.details()
                .forEach((key, value) ->
                        text.append(key).append(": ").append(value).append('\n'));
        Exchange.text(response, control.health().phase() == Health.Phase.READY ? 200 : 503, text.toString());
    }

    private static void metrics(Metrics metrics, ServerResponse response) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        metrics.writeTo(out);
        Exchange.send(response, 200, Metrics.contentType(), out.toByteArray());
    }

    private static void fail(ServerRequest request, ServerResponse response, Throwable e) {
        if (e instanceof io.helidon.http.HttpException refused) {
            Exchange.failed(response, refused.status().code(), refused.status().reasonPhrase());
            return;
        }
        LOG.error("{} {} failed", request.prologue().method(), request.path().path(), e);
        if (!response.isSent()) {
            Exchange.failed(response, 500, "an error of ours; the log tells more");
        }
    }
}
