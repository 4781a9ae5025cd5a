package org.postrider.feedback;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.postrider.dns.Resolver;
import org.postrider.mail.Domain;
import org.postrider.mail.Mailbox;
import org.postrider.mailauth.AuthResult;
import org.postrider.mailauth.HeaderSection;
import org.postrider.mailauth.dmarc.DmarcOutcome;
import org.postrider.mailauth.dmarc.FailureOption;
import org.postrider.mailauth.dmarc.ReportDestinations;
import org.postrider.mailauth.dmarc.ReportDestinations.Destination;
import org.postrider.mailauth.verify.Verified;
import org.postrider.message.MailDate;
import org.postrider.report.dmarc.FailureReport;
import org.postrider.report.dmarc.FailureReportWriter;

/**
 * Tells single messages that failed DMARC to those whom the author's domain names (RFC 9991), a few of them: so many in an
 * hour, and the rest not at all.
 *
 * <p>Of {@code fo}, {@code 0} and {@code 1} are heeded; {@code d} and {@code s} ask for reports of other kinds. Bounces,
 * reports and other automatic mail are never told of, so that reports cannot beget reports.
 *
 * <p>Thread: any; {@link #verified} does not block, the rest runs on the executor.
 */
public final class FailureReporting {
    private static final int SECRET_OCTETS = 32;
    private static final int ID_OCTETS = 12;
    private static final long HOUR_SECONDS = 3_600;

    private final ReportDestinations destinations;
    private final ReportOutlet outlet;
    private final Executor executor;
    private final InstantSource clock;
    private final Supplier<ReportSettings> settings;
    private final SecureRandom random = new SecureRandom();
    private final byte[] secret = new byte[SECRET_OCTETS];
    private final AtomicLong failed = new AtomicLong();
    private final Object door = new Object();
    private long hour;
    private int thisHour;

    /**
     * @param executor for what blocks; gets no more tasks in an hour than there may be reports
     */
    public FailureReporting(
            Resolver resolver,
            ReportOutlet outlet,
            Executor executor,
            InstantSource clock,
            Supplier<ReportSettings> settings) {
        this.destinations = new ReportDestinations(resolver);
        this.outlet = outlet;
        this.executor = executor;
        this.clock = clock;
        this.settings = settings;
        random.nextBytes(secret);
    }

    /**
     * Hears of a message.
     *
     * @param delivery what was done with it, a word of {@code Delivery-Result} (RFC 6591 §3.2.2)
     * @param hourMax reports in an hour
     */
    public void verified(Verified message, String delivery, int hourMax) {
        Optional<DmarcOutcome.Applied> applied = message.dmarc().applied();
        if (applied.isEmpty() || applied.get().record().ruf().isEmpty() || !wanted(message, applied.get())) {
            return;
        }
        Instant now = clock.instant();
        if (!mayReport(now, hourMax)) {
            return;
        }
        try {
            executor.execute(() -> report(message, applied.get(), delivery, now));
        } catch (RejectedExecutionException e) {
            failed.incrementAndGet();
        }
    }

    /** Reports that could not be sent. */
    public long failed() {
        return failed.get();
    }

    private static boolean wanted(Verified message, DmarcOutcome.Applied applied) {
        DmarcOutcome outcome = message.dmarc();
        Set<FailureOption> options = Set.copyOf(applied.record().failureOptions());
        boolean decided = outcome.result() == AuthResult.PASS || outcome.result() == AuthResult.FAIL;
        boolean all = options.contains(FailureOption.ALL_FAILED) && outcome.result() == AuthResult.FAIL;
        boolean any = options.contains(FailureOption.ANY_FAILED) && !(outcome.spfAligned() && outcome.dkimAligned());
        return decided && (all || any) && !automatic(message);
    }

    private static boolean automatic(Verified message) {
        String submitted = value(message.header(), "auto-submitted");
        return message.origin().mailFrom().isEmpty()
                || value(message.header(), "content-type").startsWith("multipart/report")
                || !(submitted.isEmpty() || submitted.equals("no"));
    }

    private static String value(HeaderSection header, String name) {
        return header.named(name).stream()
                .findFirst()
                .map(field -> ReceivedReports.name(field.text().strip()))
                .orElse("");
    }

    private boolean mayReport(Instant now, int hourMax) {
        long current = now.getEpochSecond() / HOUR_SECONDS;
        synchronized (door) {
            if (current != hour) {
                hour = current;
                thisHour = 0;
            }
            if (thisHour >= hourMax) {
                return false;
            }
            thisHour++;
            return true;
        }
    }

    private void report(Verified message, DmarcOutcome.Applied applied, String delivery, Instant now) {
        ReportSettings ours = settings.get();
        FailureReportWriter writer =
                new FailureReportWriter(secret, ours.submitter().ascii(), ours.from());
        FailureReport report = of(message, delivery, now);
        for (Destination each : destinations.of(applied.domain(), applied.record(), ReportDestinations.Kind.FAILURE)) {
            Optional<Mailbox> to = each instanceof Destination.Verified(var uri) ? uri.mailbox() : Optional.empty();
            try {
                if (to.isPresent()) {
                    byte[] mail = writer.message(report, to.get(), id(), now);
                    outlet.submit(new ReportOutlet.Mail(ours.from(), to.get(), false, mail));
                }
            } catch (IOException e) {
                // It is one of many, and nobody waits for it.
                failed.incrementAndGet();
            }
        }
    }

    private String id() {
        byte[] octets = new byte[ID_OCTETS];
        random.nextBytes(octets);
        return HexFormat.of().formatHex(octets);
    }

    private FailureReport of(Verified message, String delivery, Instant now) {
        ReportSettings ours = settings.get();
        String field = message.results(ours.submitter().ascii()).field();
        List<String> alignment = new ArrayList<>();
        if (!message.dmarc().dkimAligned()) {
            alignment.add("dkim");
        }
        if (!message.dmarc().spfAligned()) {
            alignment.add("spf");
        }
        StringBuilder header = new StringBuilder();
        for (HeaderSection.Field each : message.header().fields()) {
            header.append(new String(each.octets(), each.from(), each.to() - each.from(), StandardCharsets.ISO_8859_1))
                    .append("\r\n");
        }
        return new FailureReport(
                "dmarc",
                ours.generator(),
                field.substring(field.indexOf(':') + 1).strip(),
                alignment,
                new FailureReport.Origin(
                        "",
                        message.origin().mailFrom(),
                        "",
                        SourceAddress.text(message.origin().client()),
                        ""),
                MailDate.text(now),
                message.dmarc().author().map(Domain::ascii).stream().toList(),
                delivery,
                FailureReport.Signature.NONE,
                "",
                1,
                header.toString());
    }
}
