package org.postrider.certificate;

import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.security.cert.X509Certificate;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Properties;

/**
 * When an authority may be asked again. Kept in a file, so that a server that restarts again and again does not ask again
 * and again.
 *
 * @param failures since the last success
 * @param notBefore no sooner than this
 * @param mark of the settings that failed: other settings may be tried at once
 */
record Renewal(int failures, Instant notBefore, String mark) {
    static final Renewal AT_ONCE = new Renewal(0, Instant.EPOCH, "");

    /** Authorities bear five failures an hour and name (Let's Encrypt); this is far below. */
    private static final Duration FIRST_PAUSE = Duration.ofMinutes(15);

    private static final Duration PAUSE_MAX = Duration.ofHours(24);
    private static final int DOUBLINGS_MAX = 10;
    /** The part of a pause, and of the time that is left at renewal, that chance decides. */
    private static final double JITTER = 0.25;
    /** Certificates follow one another at no less than this, whatever their lifetime. */
    private static final Duration BETWEEN_MIN = Duration.ofMinutes(15);

    /** Some time after two thirds of a certificate's life; chance keeps all servers of one day from one minute. */
    static Instant dueAt(X509Certificate certificate, double chance) {
        Instant from = certificate.getNotBefore().toInstant();
        Duration life = Duration.between(from, certificate.getNotAfter().toInstant());
        Duration last = life.dividedBy(3);
        return from.plus(life.minus(last)).plus(scaled(last, JITTER * chance));
    }

    Renewal failed(Instant now, Instant wanted, double chance, String settings) {
        int before = settings.equals(mark) ? failures : 0;
        int doublings = Math.min(before, DOUBLINGS_MAX);
        Duration pause = FIRST_PAUSE.multipliedBy(1L << doublings);
        Duration bounded = pause.compareTo(PAUSE_MAX) > 0 ? PAUSE_MAX : pause;
        Instant own = now.plus(bounded).plus(scaled(bounded, JITTER * chance));
        return new Renewal(before + 1, own.isAfter(wanted) ? own : wanted, settings);
    }

    static Renewal succeeded(Instant now, String settings) {
        return new Renewal(0, now.plus(BETWEEN_MIN), settings);
    }

    boolean allows(Instant now, String settings) {
        return !now.isBefore(notBefore) || !settings.equals(mark);
    }

    private static Duration scaled(Duration whole, double by) {
        return Duration.ofMillis((long) (whole.toMillis() * by));
    }

    String text() {
        return "failures=" + failures + "\nnot-before=" + notBefore + "\nsettings=" + mark + "\n";
    }

    /** What {@link #text} wrote; of anything else, {@link #AT_ONCE}. */
    static Renewal parse(String text) {
        Properties read = new Properties();
        try {
            read.load(new StringReader(text));
            return new Renewal(
                    Integer.parseInt(read.getProperty("failures", "0")),
                    Instant.parse(read.getProperty("not-before", "")),
                    read.getProperty("settings", ""));
        } catch (IllegalArgumentException | DateTimeException e) {
            return AT_ONCE;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
