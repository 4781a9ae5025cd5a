package org.postrider.feedback;

import java.io.IOException;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.postrider.dns.Resolver;
import org.postrider.mail.Mailbox;
import org.postrider.mailauth.dmarc.DmarcOutcome;
import org.postrider.mailauth.dmarc.ReportDestinations;
import org.postrider.mailauth.dmarc.ReportDestinations.Destination;
import org.postrider.mailauth.verify.Verified;
import org.postrider.report.dmarc.FailureReport;
import org.postrider.report.dmarc.FailureReportWriter;

/**
 * Tells single messages that failed DMARC to those whom the author's domain names (RFC 9991), a few of them: so many in an
 * hour, and the rest not at all.
 *
 * <p>All of {@code fo} is heeded: a message may be told of in a report on DMARC, one on DKIM and one on SPF, each of which
 * counts. Bounces, reports and other automatic mail are never told of, so that reports cannot beget reports.
 *
 * <p>Thread: any; {@link #verified} does not block, the rest runs on the executor.
 */
public final class FailureReporting {
    private static final int SECRET_OCTETS = 32;
    private static final int ID_OCTETS = 12;
    private static final long HOUR_SECONDS = 3_600;

    private final Resolver resolver;
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
        this.resolver = resolver;
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
        if (applied.isEmpty()) {
            return;
        }
        FailedMessage told = new FailedMessage(message, applied.get(), delivery, clock.instant());
        for (FailedMessage.About about : told.wanted()) {
            if (!mayReport(told.at(), hourMax)) {
                return;
            }
            try {
                executor.execute(() -> report(told, about));
            } catch (RejectedExecutionException e) {
                failed.incrementAndGet();
            }
        }
    }

    /** Reports that could not be sent. */
    public long failed() {
        return failed.get();
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

    private void report(FailedMessage told, FailedMessage.About about) {
        ReportSettings ours = settings.get();
        FailureReportWriter writer =
                new FailureReportWriter(secret, ours.submitter().ascii(), ours.from());
        FailureReport report = told.report(about, ours, resolver);
        DmarcOutcome.Applied applied = told.applied();
        for (Destination each : destinations.of(applied.domain(), applied.record(), ReportDestinations.Kind.FAILURE)) {
            Optional<Mailbox> to = each instanceof Destination.Verified(var uri) ? uri.mailbox() : Optional.empty();
            try {
                if (to.isPresent()) {
                    byte[] mail = writer.message(report, to.get(), id(), told.at());
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
}
