package org.postrider.server.cli;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Optional;
import org.postrider.domain.CheckResult;
import org.postrider.domain.CheckResult.Grade;

/**
 * Whether this machine's clock is right. One that is far off breaks signatures, certificates and retries.
 *
 * <p>It is compared with files that were written here, and with the time that somebody else tells: the authority of {@code
 * [acme]}, in the Date field of its answer (RFC 9110 §6.6.1), or else what sets the clock by NTP. Nobody else is asked.
 */
final class ClockCheck {
    /** Where systemd-timesyncd notes that NTP has set the clock. */
    static final Path SYNCHRONIZED = Path.of("/run/systemd/timesync/synchronized");

    private static final String COMPARED = "clock-offset";
    private static final String FIX = "Set the clock, and keep it with NTP: `timedatectl set-ntp true`.";
    /** Before which no release of ours was made. */
    private static final Instant EARLIEST = Instant.parse("2026-01-01T00:00:00Z");
    /** File systems and networks keep time by clocks that differ a little. */
    private static final Duration SKEW_MAX = Duration.ofMinutes(1);
    /** Beyond which others take our signatures and certificates for those of the future or of the past. */
    private static final Duration OFFSET_MAX = Duration.ofMinutes(5);

    private static final Duration OFFSET_USUAL_MAX = Duration.ofSeconds(30);
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Places places;
    private final InstantSource clock;

    /**
     * What is looked at.
     *
     * @param written a file that a running server writes all the time
     * @param teller who tells the time over HTTP
     * @param synchronizedMark a file that is there where NTP has set the clock
     */
    record Places(Path written, Optional<URI> teller, Path synchronizedMark) {}

    ClockCheck(Places places, InstantSource clock) {
        this.places = places;
        this.clock = clock;
    }

    List<CheckResult> check() {
        return List.of(beforeFiles(clock.instant()), compared());
    }

    private CheckResult beforeFiles(Instant now) {
        Instant newest = EARLIEST;
        try {
            if (Files.exists(places.written)) {
                newest = Files.getLastModifiedTime(places.written).toInstant().minus(SKEW_MAX);
            }
        } catch (IOException unreadable) {
            newest = EARLIEST;
        }
        boolean sane = now.isAfter(EARLIEST) && now.isAfter(newest);
        return new CheckResult(
                "clock",
                sane ? Grade.GOOD : Grade.ERROR,
                now.toString(),
                List.of(),
                sane ? "" : "after " + (newest.isAfter(EARLIEST) ? newest : EARLIEST),
                sane
                        ? "It is later than all that was written here."
                        : "It is earlier than what was written here: signatures and certificates count as not yet valid.",
                sane ? "" : FIX);
    }

    private CheckResult compared() {
        if (places.teller.isEmpty()) {
            return byMark("the configuration names no authority of [acme] to compare it with");
        }
        URI teller = places.teller.get();
        try (HttpClient client =
                HttpClient.newBuilder().connectTimeout(PATIENCE).build()) {
            HttpRequest request = HttpRequest.newBuilder(teller)
                    .timeout(PATIENCE)
                    .header("User-Agent", "Postrider")
                    .build();
            Instant before = clock.instant();
            HttpResponse<Void> answer = client.send(request, HttpResponse.BodyHandlers.discarding());
            Duration took = Duration.between(before, clock.instant());
            Optional<Instant> told = answer.headers().firstValue("Date").flatMap(ClockCheck::date);
            return told.isEmpty()
                    ? byMark(teller.getHost() + " tells no time")
                    : judged(teller.getHost(), Duration.between(told.get(), before.plus(took.dividedBy(2))), took);
        } catch (IOException e) {
            return byMark(teller.getHost() + " does not answer (" + e + ")");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return byMark("it was interrupted");
        }
    }

    private static Optional<Instant> date(String text) {
        try {
            return Optional.of(DateTimeFormatter.RFC_1123_DATE_TIME.parse(text, Instant::from));
        } catch (DateTimeException unreadable) {
            return Optional.empty();
        }
    }

    /** @param took how long the answer took, which is how sure one can be */
    private static CheckResult judged(String teller, Duration offset, Duration took) {
        Duration sure = offset.abs().minus(took);
        Grade grade = sure.compareTo(OFFSET_MAX) > 0
                ? Grade.ERROR
                : sure.compareTo(OFFSET_USUAL_MAX) > 0 ? Grade.WARNING : Grade.GOOD;
        String found =
                offset.toSeconds() + " s " + (offset.isNegative() ? "behind" : "ahead of") + " the clock of " + teller;
        return new CheckResult(
                COMPARED,
                grade,
                teller,
                List.of(found.replaceFirst("^-", "")),
                grade == Grade.GOOD ? "" : "less than " + OFFSET_USUAL_MAX.toSeconds() + " s",
                grade == Grade.GOOD
                        ? "It agrees with the clock of " + teller + "."
                        : "It is off: signatures, certificates and waits count by a wrong time.",
                grade == Grade.GOOD ? "" : FIX);
    }

    /** @param without why nobody was asked */
    private CheckResult byMark(String without) {
        return Files.exists(places.synchronizedMark)
                ? new CheckResult(
                        COMPARED,
                        Grade.GOOD,
                        "NTP",
                        List.of(),
                        "",
                        "systemd-timesyncd has set it by NTP since the machine started.",
                        "")
                : new CheckResult(
                        COMPARED,
                        Grade.ADVICE,
                        "NTP",
                        List.of(),
                        "",
                        "Not checked: " + without + ", and nothing here says that NTP sets it.",
                        "`timedatectl` or `chronyc tracking` tells whether it is kept right.");
    }
}
