package org.postrider.feedback;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.postrider.dns.Answer;
import org.postrider.dns.Resolver;
import org.postrider.mail.Domain;
import org.postrider.mail.Mailbox;
import org.postrider.mailauth.dmarc.ReportUri;
import org.postrider.state.StateDatabase;
import org.postrider.tlspolicy.TlsReport;
import org.postrider.tlspolicy.TlsReportRecord;
import org.postrider.tlsreport.TlsReportJson;
import org.postrider.tlsreport.TlsReportMail;

/**
 * Sends the reports on TLS of finished UTC days to those who ask for them (RFC 8460 §3, §4.1, §5). Made of what is in the
 * state database alone, under an id of domain and day: after a crash between handing one over and noting that, it goes out
 * once more under the same id.
 *
 * <p>Thread: one at a time; a call blocks on the DNS, the state database, the outlet and the hosts that are posted to.
 */
public final class TlsReportSender {
    private static final int DAYS_AT_ONCE_MAX = 500;

    /** RFC 8460 §5.5: a failed delivery is tried again for a day. */
    private static final Duration TRIED_FOR = Duration.ofDays(1);

    private static final Duration PAUSE = Duration.ofHours(1);
    private static final int PAUSES_MAX = 10_000;
    private static final int ID_DOMAIN_CHARS_MAX = 37;
    private static final String MEDIA_TYPE = "application/tlsrpt+gzip";

    private final TlsLedgerTable table;
    private final LedgerTable sent;
    private final Resolver resolver;
    private final ReportOutlet outlet;
    private final ReportPost post;
    private final InstantSource clock;
    private final Supplier<ReportSettings> settings;

    /** Until when what failed is left alone. */
    private final Map<String, Instant> pauses = new HashMap<>();

    /** The ways out. */
    public record Ways(Resolver resolver, ReportOutlet outlet, ReportPost post) {}

    public TlsReportSender(StateDatabase state, Ways ways, InstantSource clock, Supplier<ReportSettings> settings) {
        this.table = new TlsLedgerTable(state);
        this.sent = new LedgerTable(state);
        this.resolver = ways.resolver;
        this.outlet = ways.outlet;
        this.post = ways.post;
        this.clock = clock;
        this.settings = settings;
    }

    /**
     * Sends what is due. To be called every few minutes.
     *
     * @throws IOException where the state database fails
     */
    public ReportSender.Round send() throws IOException {
        Instant now = clock.instant();
        table.expire(ReportDay.of(now) - ReportSender.KEPT_DAYS);
        pauses.values().removeIf(until -> !until.isAfter(now));
        List<String> failures = new ArrayList<>();
        int handed = 0;
        for (TlsLedgerTable.Day day : table.open(ReportDay.of(now), DAYS_AT_ONCE_MAX)) {
            Instant due = ReportDay.due(day.day(), day.domain(), settings.get().spread());
            if (!due.isAfter(now)) {
                handed += send(day, now, now.isAfter(due.plus(TRIED_FOR)), failures);
            }
        }
        return new ReportSender.Round(handed, failures);
    }

    private int send(TlsLedgerTable.Day day, Instant now, boolean last, List<String> failures) throws IOException {
        String name = "the record of " + day.domain();
        if (pauses.containsKey(name)) {
            return 0;
        }
        Optional<Domain> domain = Domain.parse(day.domain());
        Optional<Domain> place = domain.flatMap(found -> Domain.parse(TlsReportRecord.LABELS + "." + found.ascii()));
        if (place.isEmpty() || day.results().isEmpty()) {
            table.settle(day);
            return 0;
        }
        return switch (resolver.txt(place.get())) {
            case Answer.Found<String> texts -> {
                List<URI> targets = TlsReportRecord.parse(texts.records())
                        .map(TlsReportRecord::targets)
                        .orElse(List.of());
                yield send(day, domain.get(), targets, now, last, failures);
            }
            case Answer.NoRecords<String> _, Answer.NoSuchName<String> _ -> {
                table.settle(day);
                yield 0;
            }
            case Answer.Failed<String>(var _, String detail) -> {
                failures.add(name + ": " + detail);
                pause(name, now);
                if (last) {
                    table.settle(day);
                }
                yield 0;
            }
        };
    }

    private int send(
            TlsLedgerTable.Day day, Domain domain, List<URI> targets, Instant now, boolean last, List<String> failures)
            throws IOException {
        TlsReport report = report(day);
        List<String> settled = new ArrayList<>(sent.settled(report.id()));
        boolean open = false;
        int handed = 0;
        for (URI target : targets) {
            String uri = target.toString();
            String attempt = report.id() + " to " + uri;
            if (settled.contains(uri)) {
                continue;
            }
            if (pauses.containsKey(attempt)) {
                open = true;
                continue;
            }
            String outcome;
            try {
                outcome = hand(report, domain, target, now);
                handed += outcome.equals("sent") ? 1 : 0;
            } catch (IOException e) {
                failures.add(attempt + ": " + e.getMessage());
                pause(attempt, now);
                outcome = last ? "given up: " + e.getMessage() : "";
            }
            open |= outcome.isEmpty();
            if (!outcome.isEmpty()) {
                settled.add(uri);
                sent.settle(report.id(), uri, day.day(), outcome, now.toEpochMilli());
            }
        }
        if (!open) {
            table.settle(day);
        }
        return handed;
    }

    private void pause(String what, Instant now) {
        if (pauses.size() < PAUSES_MAX) {
            pauses.put(what, now.plus(PAUSE));
        }
    }

    /** What became of it, in a word or two. */
    private String hand(TlsReport report, Domain domain, URI target, Instant now) throws IOException {
        ReportSettings ours = settings.get();
        if (target.getScheme().toLowerCase(Locale.ROOT).equals("https")) {
            post.post(target, MEDIA_TYPE, TlsReportJson.packed(TlsReportJson.write(report)));
            return "sent";
        }
        Optional<Mailbox> to = ReportUri.parse(target.toString()).flatMap(ReportUri::mailbox);
        if (to.isEmpty()) {
            return "not a mailbox";
        }
        byte[] message = new TlsReportMail(domain, ours.submitter(), ours.from(), to.get()).write(report, now);
        outlet.submit(new ReportOutlet.Mail(ours.from(), to.get(), true, message));
        return "sent";
    }

    private TlsReport report(TlsLedgerTable.Day day) {
        ReportSettings ours = settings.get();
        Instant begin = ReportDay.begin(day.day());
        return new TlsReport(
                ours.organization(),
                begin,
                ReportDay.end(day.day()),
                ours.contact().text(),
                id(day),
                day.results());
    }

    /** Unique among our reports, and short enough to be whole in a Message-ID. */
    private static String id(TlsLedgerTable.Day day) {
        String name = day.domain().length() > ID_DOMAIN_CHARS_MAX ? LedgerTable.digest(day.domain()) : day.domain();
        return LocalDate.ofEpochDay(day.day()) + "_" + name;
    }
}
