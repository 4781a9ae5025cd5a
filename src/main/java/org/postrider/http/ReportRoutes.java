package org.postrider.http;

import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.util.Base64;
import java.util.Optional;
import org.postrider.feedback.ReceivedReports;
import org.postrider.feedback.ReceivedReports.Taken;
import tools.jackson.core.JacksonException;

/** Reports that others sent, on the control interface; its token has been checked. */
final class ReportRoutes {
    private static final int DAYS_USUAL = 7;
    private static final int DAYS_MAX = 400;

    private final Control control;

    ReportRoutes(Control control) {
        this.control = control;
    }

    void summary(ServerRequest request, ServerResponse response) throws IOException {
        Optional<ReceivedReports> reports = reports(response);
        if (reports.isPresent()) {
            int days = Exchange.number(request, "days", DAYS_USUAL, DAYS_MAX);
            Optional<String> domain = Optional.ofNullable(Exchange.query(request, "domain"));
            boolean all = Boolean.parseBoolean(Exchange.query(request, "all"));
            ReportViews.Summaries summaries = new ReportViews.Summaries(
                    reports.get().summary(domain, days, all), reports.get().tlsSummary(domain, days, all));
            Exchange.json(response, 200, summaries);
        }
    }

    void take(ServerRequest request, ServerResponse response) throws IOException {
        Optional<ReceivedReports> reports = reports(response);
        if (reports.isEmpty()) {
            return;
        }
        Optional<byte[]> content = content(request);
        if (content.isEmpty()) {
            Exchange.failed(response, 400, "the body is not the JSON of a report");
        } else {
            Exchange.json(response, 200, view(reports.get().takeFile(content.get())));
        }
    }

    private static Optional<byte[]> content(ServerRequest request) {
        try {
            return Optional.ofNullable(Exchange.JSON.readValue(Exchange.body(request), ReportViews.Order.class))
                    .map(ReportViews.Order::content)
                    .map(Base64.getDecoder()::decode);
        } catch (JacksonException | IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    private static ReportViews.Taken view(Taken taken) {
        return switch (taken) {
            case Taken.Kept(String reporter, String domain, long messages) ->
                new ReportViews.Taken("kept", reporter, domain, messages, "");
            case Taken.TlsKept(String reporter, String domain, long sessions) ->
                new ReportViews.Taken("kept-tls", reporter, domain, sessions, "");
            case Taken.KnownAlready(String reporter, String domain) ->
                new ReportViews.Taken("known", reporter, domain, 0, "");
            case Taken.Refused refused -> new ReportViews.Taken("refused", "", "", 0, refused.text());
        };
    }

    private Optional<ReceivedReports> reports(ServerResponse response) {
        Optional<ReceivedReports> reports = control.reports();
        if (reports.isEmpty()) {
            Exchange.failed(response, 404, "this server keeps no reports");
        }
        return reports;
    }
}
