package org.postrider.http;

import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.postrider.mail.QueueId;

/**
 * The pages of {@code dev}: what came, newest first, and each message as its reader would see it. Plain HTML; one small
 * script only keeps the list fresh.
 */
final class MailPages implements HttpService {
    private static final int LISTED_MAX = 200;
    private static final int SUBJECTS_MAX = 2_000;
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss 'UTC'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    /** Our own pages: nothing from elsewhere, no inline script, frames of our own only. */
    private static final String PAGE_POLICY =
            "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self';"
                    + " frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    /** A message's HTML: no script, nothing fetched, no origin, not even ours. */
    private static final String MAIL_POLICY =
            "default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none';"
                    + " form-action 'none'; frame-ancestors 'self'; sandbox";

    private final Control control;
    private final RecentMail recent;

    private final Map<QueueId, String> subjects = Collections.synchronizedMap(new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<QueueId, String> eldest) {
            return size() > SUBJECTS_MAX;
        }
    });

    MailPages(Control control, RecentMail recent) {
        this.control = control;
        this.recent = recent;
    }

    @Override
    public void routing(HttpRules rules) {
        rules.get("/", (_, response) -> page(response, 200, "Postrider", front()))
                .get("/list", (_, response) -> html(response, 200, list(), PAGE_POLICY))
                .get("/mail/{id}", this::message)
                .get("/mail/{id}/html", this::messageHtml)
                .get("/mail/{id}/raw", this::messageRaw)
                .get("/postrider.css", (_, response) -> resource(response, "postrider.css", "text/css; charset=utf-8"))
                .get(
                        "/postrider.js",
                        (_, response) -> resource(response, "postrider.js", "text/javascript; charset=utf-8"));
    }

    private static void resource(ServerResponse response, String name, String type) throws IOException {
        try (InputStream in = Objects.requireNonNull(MailPages.class.getResourceAsStream(name), name)) {
            Exchange.send(response, 200, type, in.readAllBytes());
        }
    }

    private static void html(ServerResponse response, int status, String html, String policy) {
        response.header("Content-Security-Policy", policy);
        Exchange.send(response, status, "text/html; charset=utf-8", html.getBytes(StandardCharsets.UTF_8));
    }

    private static void page(ServerResponse response, int status, String title, String body) {
        String html = """
            <!doctype html>
            <html lang="en">
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <title>%s</title>
            <link rel="stylesheet" href="/postrider.css">
            <script src="/postrider.js" defer></script>
            <header><a href="/">Postrider</a></header>
            <main>
            %s</main>
            </html>
            """.formatted(Html.escape(title), body);
        html(response, status, html, PAGE_POLICY);
    }

    private String front() throws IOException {
        return "<div id=\"list\" aria-live=\"polite\">\n" + list() + "</div>\n";
    }

    private String list() throws IOException {
        List<RecentMail.Seen> newest = recent.newest(LISTED_MAX);
        if (newest.isEmpty()) {
            return empty(control.health().details().getOrDefault("smtp", "127.0.0.1:1025"));
        }
        StringBuilder rows = new StringBuilder("""
            <table>
            <thead><tr><th>From<th>To<th>Subject<th>Time<th>Size<th>State</thead>
            <tbody>
            """);
        for (RecentMail.Seen seen : newest) {
            rows.append(row(seen));
        }
        return rows.append("</tbody>\n</table>\n").toString();
    }

    /** What to do when nothing has come. */
    private static String empty(String smtp) {
        int colon = smtp.lastIndexOf(':');
        String host = Html.escape(smtp.substring(0, Math.max(0, colon)));
        String port = Html.escape(smtp.substring(colon + 1));
        return """
            <h1>No mail yet</h1>
            <p>Let your application send to <code>%1$s</code> port <code>%2$s</code>, without TLS and without a
            password. Everything is captured here, and nothing goes out. To try it:</p>
            <pre>swaks --server %1$s:%2$s --from me@example.org --to you@example.net</pre>
            <pre>python3 - &lt;&lt;'END'
            import smtplib
            from email.message import EmailMessage
            mail = EmailMessage()
            mail["From"], mail["To"], mail["Subject"] = "me@example.org", "you@example.net", "Hello"
            mail.set_content("It works.")
            smtplib.SMTP("%1$s", %2$s).send_message(mail)
            END</pre>
            """.formatted(host, port);
    }

    private String row(RecentMail.Seen seen) throws IOException {
        String to = seen.recipients().stream()
                .map(RecentMail.Fate::address)
                .limit(3)
                .reduce((one, other) -> one + ", " + other)
                .orElse("");
        int more = seen.recipients().size()
                + seen.more()
                - Math.min(3, seen.recipients().size());
        String subject = subject(seen);
        return "<tr><td>%s<td>%s<td><a href=\"/mail/%s\">%s</a><td><time datetime=\"%s\">%s</time><td>%s<td>%s\n"
                .formatted(
                        Html.escape(seen.from().isEmpty() ? "<>" : seen.from()),
                        Html.escape(more > 0 ? to + " and " + more + " more" : to),
                        seen.id().text(),
                        Html.escape(subject.isBlank() ? "(no subject)" : subject),
                        seen.at(),
                        TIME.format(seen.at()),
                        size(seen.octets()),
                        Html.escape(state(seen)));
    }

    /** The state all recipients share, or how many have come how far. */
    private static String state(RecentMail.Seen seen) {
        List<String> states = seen.recipients().stream()
                .map(RecentMail.Fate::state)
                .distinct()
                .toList();
        return String.join(", ", states);
    }

    private static String size(long octets) {
        return octets < 1024 ? octets + " B" : (octets + 512) / 1024 + " KiB";
    }

    private String subject(RecentMail.Seen seen) throws IOException {
        String known = subjects.get(seen.id());
        if (known == null) {
            Optional<MailPreview> preview = preview(seen.id());
            known = subject(preview, seen);
            if (preview.isPresent()) {
                subjects.put(seen.id(), known);
            }
        }
        return known;
    }

    /** Out of the content, and where that is gone, what was noted when it came. */
    private static String subject(Optional<MailPreview> preview, RecentMail.Seen seen) {
        return preview.map(mail -> mail.field("Subject")).orElse(Objects.requireNonNullElse(seen.subject(), ""));
    }

    private Optional<MailPreview> preview(QueueId id) throws IOException {
        if (control.find(id).isEmpty()) {
            return Optional.empty();
        }
        try (InputStream content = control.content(id)) {
            return Optional.of(MailPreview.of(content));
        }
    }

    private Optional<RecentMail.Seen> seen(ServerRequest request) throws IOException {
        Optional<QueueId> id = QueueId.parse(Exchange.path(request, "id"));
        if (id.isEmpty()) {
            return Optional.empty();
        }
        Optional<RecentMail.Seen> remembered = recent.find(id.get());
        return remembered.isPresent() ? remembered : control.find(id.get()).map(RecentMail::seen);
    }

    private void message(ServerRequest request, ServerResponse response) throws IOException {
        Optional<RecentMail.Seen> found = seen(request);
        if (found.isEmpty()) {
            page(response, 404, "Not found", "<h1>There is no such message</h1>\n");
            return;
        }
        RecentMail.Seen seen = found.get();
        Optional<MailPreview> preview = preview(seen.id());
        String title = subject(preview, seen);
        StringBuilder body = new StringBuilder();
        body.append("<h1>")
                .append(Html.escape(title.isBlank() ? "(no subject)" : title))
                .append("</h1>\n")
                .append(envelope(seen));
        body.append(preview.map(mail -> content(seen.id(), mail))
                .orElse("<p>Its content is no longer kept: all its recipients are settled.</p>\n"));
        page(response, 200, title, body.toString());
    }

    private static String envelope(RecentMail.Seen seen) {
        StringBuilder rows = new StringBuilder("<table class=\"envelope\">\n");
        rows.append(pair("Queue id", seen.id().text()))
                .append(pair("Received", TIME.format(seen.at()) + ", " + seen.origin()))
                .append(pair("Reverse-path", "<" + seen.from() + ">"))
                .append(pair("Size", seen.octets() + " octets"));
        for (RecentMail.Fate fate : seen.recipients()) {
            String next = fate.next() == null ? "" : ", next attempt " + TIME.format(fate.next());
            rows.append(pair("Recipient", "<" + fate.address() + "> " + fate.state() + next));
            for (RecentMail.Happening happening : fate.history()) {
                rows.append(pair("", TIME.format(happening.at()) + " " + happening.what()));
            }
        }
        return rows.append("</table>\n").toString();
    }

    private static String pair(String name, String value) {
        return "<tr><th>" + Html.escape(name) + "<td>" + Html.escape(value) + "\n";
    }

    private static String content(QueueId id, MailPreview mail) {
        StringBuilder body = new StringBuilder();
        body.append("<p><a href=\"/mail/").append(id.text()).append("/raw\">Raw message</a></p>\n");
        mail.text()
                .ifPresent(text -> body.append("<h2>Text</h2>\n<pre class=\"wrap\">")
                        .append(Html.escape(text))
                        .append("</pre>\n"));
        mail.html()
                .ifPresent(_ -> body.append("<h2>HTML</h2>\n<iframe sandbox referrerpolicy=\"no-referrer\" title=\"The"
                                + " message's HTML, without scripts and remote content\" src=\"/mail/")
                        .append(id.text())
                        .append("/html\"></iframe>\n"));
        if (!mail.others().isEmpty()) {
            body.append("<h2>Other parts</h2>\n<ul>\n");
            mail.others()
                    .forEach(other ->
                            body.append("<li>").append(Html.escape(other)).append('\n'));
            body.append("</ul>\n");
        }
        body.append("<h2>Header</h2>\n<table class=\"envelope\">\n");
        mail.fields().forEach(field -> body.append(pair(field.name(), field.value())));
        return body.append("</table>\n").toString();
    }

    private void messageHtml(ServerRequest request, ServerResponse response) throws IOException {
        Optional<QueueId> id = QueueId.parse(Exchange.path(request, "id"));
        Optional<String> html =
                id.isEmpty() ? Optional.empty() : preview(id.get()).flatMap(MailPreview::html);
        html(response, html.isPresent() ? 200 : 404, html.orElse("There is no HTML."), MAIL_POLICY);
    }

    private void messageRaw(ServerRequest request, ServerResponse response) throws IOException {
        Optional<QueueId> id = QueueId.parse(Exchange.path(request, "id"));
        if (id.isEmpty() || control.find(id.get()).isEmpty()) {
            Exchange.text(response, 404, "There is no such message.\n");
            return;
        }
        response.header("Content-Security-Policy", MAIL_POLICY);
        response.header(HeaderNames.CONTENT_TYPE, "text/plain; charset=utf-8");
        try (InputStream content = control.content(id.get());
                var out = response.outputStream()) {
            content.transferTo(out);
        }
    }
}
