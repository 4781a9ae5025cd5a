package org.postrider.policy;

import java.net.InetAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.postrider.dns.Resolver;
import org.postrider.smtp.server.StressLevel;

/**
 * Judges who comes with mail, for all listeners. What sessions share is here: the settings, the health of DNS lists, what
 * is remembered of recipients, of greylisted triplets and of rates.
 *
 * <p>Thread: any.
 */
public final class Policy {
    /** Look-ups at once, of all sessions together. */
    private static final int LOOKUPS_MAX = 2_000;

    private final Checks checks;
    private volatile PolicySettings settings;

    /**
     * What policy works with.
     *
     * @param nanoTime a clock that never jumps, as {@code System::nanoTime}
     * @param stress asked before anybody is slowed down
     */
    public record Ports(
            Resolver resolver,
            InstantSource clock,
            LongSupplier nanoTime,
            GreylistStore greylist,
            RecipientProbe probe,
            Supplier<StressLevel> stress) {}

    /** What an inspection asks. */
    record Checks(
            DnsLists lists,
            NameConfirmation names,
            HeloCheck helo,
            SenderCheck sender,
            RecipientCheck recipients,
            Greylist greylist,
            RateMeter rates,
            TarPit tarPit,
            Lookups lookups) {}

    public Policy(Ports ports, PolicySettings settings) {
        this(ports, settings, Policy::sleep);
    }

    Policy(Ports ports, PolicySettings settings, TarPit.Pause pause) {
        this.settings = settings;
        Lookups lookups = new Lookups(LOOKUPS_MAX, ports.nanoTime);
        CallForward callForward =
                new CallForward(ports.probe, settings.callForward().entriesMax(), ports.nanoTime);
        this.checks = new Checks(
                new DnsLists(ports.resolver, lookups, ports.nanoTime),
                new NameConfirmation(ports.resolver),
                new HeloCheck(ports.resolver),
                new SenderCheck(ports.resolver),
                new RecipientCheck(callForward),
                new Greylist(ports.greylist, ports.clock),
                new RateMeter(ports.nanoTime),
                new TarPit(ports.stress, pause),
                lookups);
    }

    private static void sleep(Duration duration) {
        try {
            Thread.sleep(duration);
        } catch (InterruptedException _) {
            // The server stops: the session hears of it where it reads.
            Thread.currentThread().interrupt();
        }
    }

    /** Takes effect at the next session. */
    public void replace(PolicySettings other) {
        settings = other;
    }

    /**
     * Begins to look at a client.
     *
     * @param friend whether it is trusted as such, so that only what holds for everybody is judged
     * @param earlyTalk what becomes of talking before one's turn here
     */
    public Inspection inspect(InetAddress client, boolean friend, Response earlyTalk) {
        Inspection inspection = new Inspection(settings, checks, client, friend, earlyTalk);
        inspection.begin();
        return inspection;
    }

    /** Whether accepted messages carry their findings. */
    public boolean tellsFindings() {
        return settings.header();
    }

    /** Writes down what greylisting has learnt. To be called every few seconds, and at the end. */
    public void flush() {
        checks.greylist.flush();
    }

    /** Forgets what is over. To be called now and then. */
    public void expire() {
        checks.greylist.expire(settings.greylist());
    }

    /** How many DNS lists are not believed just now. */
    public long distrustedLists() {
        return checks.lists.distrusted();
    }
}
