package org.postrider.http;

import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.postrider.delivery.Route;
import org.postrider.http.ControlViews.Order;
import org.postrider.mail.QueueId;
import org.postrider.queue.QueueSummary;
import org.postrider.spool.StoredMessage;
import tools.jackson.core.JacksonException;

/** The control interface: JSON for whoever has the token. */
final class ControlRoutes implements HttpService {
    private static final int WHY_CHARACTERS_MAX = 200;

    private final Control control;
    private final RecentMail recent;
    private final Selecting selecting;
    private final UserRoutes users;
    private final ReportRoutes reports;
    private final DomainRoutes domains;
    private final ControlToken token;

    ControlRoutes(Control control, RecentMail recent, ControlToken token) {
        this.control = control;
        this.recent = recent;
        this.selecting = new Selecting(control);
        this.users = new UserRoutes(control);
        this.reports = new ReportRoutes(control);
        this.domains = new DomainRoutes(control);
        this.token = token;
    }

    @Override
    public void routing(HttpRules rules) {
        rules.get("/status", guarded((_, response) -> Exchange.json(response, 200, status(control.health()))))
                .get("/summary", guarded((_, response) -> Exchange.json(response, 200, summary(control.summary()))))
                .get("/queue", guarded(this::queue))
                .get("/recent", guarded(this::recent))
                .get("/refusals", guarded(this::refusals))
                .get("/message/{id}", guarded(this::message))
                .get("/content/{id}", guarded(this::content))
                .post("/queue/{action}", guarded(this::act))
                .post("/reload", guarded((_, response) -> Exchange.json(response, 200, reload())))
                .get("/certificates", guarded((_, response) -> Exchange.json(response, 200, control.certificates())))
                .get("/users", guarded(users::list))
                .post("/users/{action}", guarded(users::change))
                .get("/domains", guarded(domains::list))
                .get("/domains/{name}", guarded(domains::show))
                .post("/domains/{action}", guarded(domains::change))
                .get("/reports", guarded(reports::summary))
                .post("/reports", guarded(reports::take))
                .any(guarded((_, response) -> Exchange.failed(response, 404, "there is no such control")));
    }

    /** Answers nothing, not even what exists, to those without the token. */
    private Handler guarded(Handler handler) {
        return (request, response) -> {
            String given = request.headers().first(HeaderNames.AUTHORIZATION).orElse("");
            if (token.isIn(given)) {
                handler.handle(request, response);
            } else {
                response.header(HeaderNames.WWW_AUTHENTICATE, "Bearer");
                Exchange.failed(response, 401, "needs the bearer token of the data directory's control.token");
            }
        };
    }

    static ControlViews.Status status(Health health) {
        String phase = health.phase().name().toLowerCase(Locale.ROOT);
        return new ControlViews.Status(phase, new TreeMap<>(health.details()));
    }

    private static ControlViews.Summary summary(QueueSummary summary) {
        return new ControlViews.Summary(
                summary.messages(),
                summary.scheduled(),
                summary.ready(),
                summary.attempting(),
                summary.held(),
                summary.sites().stream()
                        .map(site -> new ControlViews.SiteLine(
                                site.site().name(),
                                site.source(),
                                site.ready(),
                                site.attempting(),
                                site.window(),
                                site.pausedUntil(),
                                site.lastReply()))
                        .toList());
    }

    private ControlViews.Reload reload() {
        Control.Reloaded reloaded = control.reload();
        return new ControlViews.Reload(reloaded.done(), reloaded.remarks());
    }

    private void queue(ServerRequest request, ServerResponse response) throws IOException {
        Order order = new Order(
                request.query().names().stream().noneMatch(List.of("id", "address", "domain", "site")::contains),
                Exchange.query(request, "id"),
                null,
                Exchange.query(request, "address"),
                Exchange.query(request, "domain"),
                Exchange.query(request, "site"),
                null,
                null,
                null);
        String after = Exchange.query(request, "after");
        QueueId start = after == null ? null : QueueId.parse(after).orElse(null);
        if (after != null && start == null) {
            Exchange.failed(response, 400, "\"after\" is no queue id");
            return;
        }
        int limit = Exchange.number(request, "limit", 100, Selecting.PAGE_MAX);
        switch (Selecting.meant(order)) {
            case Selecting.Meant.These these -> Exchange.json(response, 200, selecting.page(these, start, limit));
            case Selecting.Meant.Wrong wrong -> Exchange.failed(response, 400, wrong.error());
        }
    }

    private void recent(ServerRequest request, ServerResponse response) {
        List<ControlViews.RecentLine> lines =
                recent.newest(Exchange.number(request, "limit", 100, Selecting.PAGE_MAX)).stream()
                        .map(ControlRoutes::line)
                        .toList();
        Exchange.json(response, 200, lines);
    }

    private void refusals(ServerRequest request, ServerResponse response) {
        String address = Exchange.query(request, "address");
        if (address == null) {
            Exchange.failed(response, 400, "needs the address of a recipient");
            return;
        }
        int limit = Exchange.number(request, "limit", 100, Selecting.PAGE_MAX);
        Exchange.json(response, 200, recent.refusals(address, limit));
    }

    private static ControlViews.RecentLine line(RecentMail.Seen seen) {
        return new ControlViews.RecentLine(
                seen.id().text(),
                seen.at(),
                seen.from(),
                seen.recipients().stream().map(RecentMail.Fate::address).toList(),
                seen.recipients().stream().map(RecentMail.Fate::state).toList(),
                seen.octets());
    }

    private void message(ServerRequest request, ServerResponse response) throws IOException {
        Optional<QueueId> id = QueueId.parse(Exchange.path(request, "id"));
        Optional<RecentMail.Seen> seen = id.isEmpty() ? Optional.empty() : seen(id.get());
        if (seen.isEmpty()) {
            Exchange.failed(response, 404, "no such message in the queue or among the recent ones");
            return;
        }
        Selecting.Meant.These these =
                new Selecting.Meant.These(new org.postrider.queue.Selection.OfMessage(id.get()), null);
        RecentMail.Seen message = seen.get();
        ControlViews.MessageView view = new ControlViews.MessageView(
                message.id().text(),
                message.at(),
                message.origin(),
                message.from(),
                message.octets(),
                message.recipients(),
                message.more(),
                selecting.page(these, null, 1).recipients(),
                message.findings());
        Exchange.json(response, 200, view);
    }

    private Optional<RecentMail.Seen> seen(QueueId id) throws IOException {
        Optional<RecentMail.Seen> remembered = recent.find(id);
        if (remembered.isPresent()) {
            return remembered;
        }
        Optional<StoredMessage> stored = control.find(id);
        return stored.map(RecentMail::seen);
    }

    private void content(ServerRequest request, ServerResponse response) throws IOException {
        Optional<QueueId> id = QueueId.parse(Exchange.path(request, "id"));
        if (id.isEmpty() || control.find(id.get()).isEmpty()) {
            Exchange.failed(response, 404, "no such message in the spool");
            return;
        }
        response.header(HeaderNames.CONTENT_TYPE, "application/octet-stream");
        try (InputStream content = control.content(id.get());
                var out = response.outputStream()) {
            content.transferTo(out);
        }
    }

    private void act(ServerRequest request, ServerResponse response) throws IOException {
        @Nullable Order order;
        try {
            order = Exchange.JSON.readValue(Exchange.body(request), Order.class);
        } catch (JacksonException e) {
            Exchange.failed(response, 400, "the body is not the JSON of an order: " + e.getOriginalMessage());
            return;
        }
        if (order == null) {
            Exchange.failed(response, 400, "the body is not the JSON of an order: it is null");
            return;
        }
        if (order.route() != null && Route.parse(order.route()) instanceof Route.Parsed.Invalid(var error)) {
            Exchange.failed(response, 400, error);
            return;
        }
        Control.Action action = action(Exchange.path(request, "action"), order);
        if (action == null) {
            Exchange.failed(response, 404, "actions are hold, release, retry, remove and reroute");
            return;
        }
        switch (Selecting.meant(order)) {
            case Selecting.Meant.Wrong wrong -> Exchange.failed(response, 400, wrong.error());
            case Selecting.Meant.These these -> {
                String by = clean(order.by(), "control interface");
                int count = selecting.act(action, these, by, clean(order.why(), "no reason given"));
                Exchange.json(response, 200, new ControlViews.Acted(count));
            }
        }
    }

    private static Control.@Nullable Action action(String name, Order order) {
        Map<String, Control.Action> actions = Map.of(
                "hold", new Control.Action.Hold(),
                "release", new Control.Action.Release(),
                "retry", new Control.Action.Retry(),
                "remove", new Control.Action.Remove(),
                "reroute", new Control.Action.Reroute(order.route()));
        return actions.get(name);
    }

    /** Who and why go into the journal and the log: one line, and not endless. */
    private static String clean(@Nullable String text, String fallback) {
        if (text == null || text.isBlank()) {
            return fallback;
        }
        String line = text.replaceAll("\\p{Cntrl}", " ").strip();
        return line.length() <= WHY_CHARACTERS_MAX ? line : line.substring(0, WHY_CHARACTERS_MAX);
    }
}
