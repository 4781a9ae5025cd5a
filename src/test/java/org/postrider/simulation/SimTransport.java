package org.postrider.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.postrider.mail.Diagnosis;
import org.postrider.mail.MailHost;
import org.postrider.mail.RecipientState;
import org.postrider.queue.Attempt;
import org.postrider.queue.Outcome;
import org.postrider.queue.Routing;
import org.postrider.queue.Site;
import org.postrider.queue.Transport;

/** The other mail servers, their DNS, and the network between. It knows what they really took. */
final class SimTransport implements Transport {
    static final int DOMAINS = 12;
    private static final int SITES = 5;
    private static final long GREY_MILLIS = 300_000;

    private final World world;
    private final Knobs knobs;
    private final SimJournal journal;
    private final Checks checks;
    /** Until when a site is dead, by the world's own time. */
    private final Map<String, Long> deadUntil = new TreeMap<>();
    /** What was taken, until it is tried again: a crash may come before the reply, or before the reply is durable. */
    private final List<Letter.Fate> unanswered = new ArrayList<>();

    private long mxShift;
    private boolean healed;
    private boolean holds = true;

    SimTransport(World world, Knobs knobs, SimJournal journal, Checks checks) {
        this.world = world;
        this.knobs = knobs;
        this.journal = journal;
        this.checks = checks;
    }

    /** From now on nothing goes wrong any more. */
    void heal() {
        healed = true;
        deadUntil.clear();
    }

    private boolean trouble(double probability) {
        return !healed && world.chance(probability);
    }

    /** The configuration holds mail that it let go before, or the other way round. */
    void turnHolds() {
        holds = !holds;
    }

    void moveMailExchangers() {
        mxShift++;
    }

    void kill(long millis) {
        deadUntil.put("site" + world.between(0, SITES - 1), world.millis() + millis);
    }

    @Override
    public void route(MailHost host, @Nullable String reroute, Consumer<Routing> done) {
        Routing routing = routing(host.text(), reroute);
        world.fold("route", host.text().hashCode());
        world.after(world.between(0, 2_000), () -> done.accept(routing));
    }

    private Routing routing(String host, @Nullable String reroute) {
        if (reroute != null) {
            return new Routing.To(new Site(reroute));
        }
        if (trouble(knobs.dnsUnknown())) {
            return new Routing.Unknown(Diagnosis.local("4.4.3", "DNS does not answer."));
        }
        return switch (host) {
            case "hold.example" -> holds ? new Routing.Hold("as configured") : new Routing.To(new Site("site0"));
            case "discard.example" -> new Routing.Discard("as configured");
            case "null.example" -> new Routing.Unroutable(Diagnosis.local("5.1.10", "Null MX."));
            default -> new Routing.To(new Site("site" + Math.floorMod(host.hashCode() + mxShift, SITES)));
        };
    }

    @Override
    public void attempt(Attempt attempt, Consumer<Outcome> done) {
        Letter letter = journal.letter(attempt.id());
        checks.attemptBegins(letter, attempt);
        unanswered.removeAll(fates(letter, attempt));
        long took = world.between(10, healed ? 2_000 : knobs.attemptMillisMax());
        world.after(took / 2, () -> {
            Outcome outcome = outcome(letter, attempt);
            world.after(took - took / 2, () -> {
                checks.attemptEnds(letter, attempt);
                done.accept(outcome);
                checks.moment(Knobs.Moment.REPLY_TO_JOURNAL, knobs.syncMillisMax());
            });
        });
    }

    private static List<Letter.Fate> fates(Letter letter, Attempt attempt) {
        return attempt.recipients().stream().map(letter.fates::get).toList();
    }

    private Outcome outcome(Letter letter, Attempt attempt) {
        boolean dead = deadUntil.getOrDefault(attempt.site().name(), 0L) > world.millis();
        if (dead || trouble(knobs.unreachable())) {
            return new Outcome.Unreachable(Diagnosis.local("4.4.1", "No answer."));
        }
        if (trouble(knobs.tlsRefusal())) {
            return new Outcome.TlsRefused(Diagnosis.local("4.7.5", "TLS policy not met."));
        }
        if (trouble(knobs.notTried())) {
            return new Outcome.NotTried(Diagnosis.local("4.3.0", "No resources."));
        }
        boolean lost = trouble(knobs.lostReply());
        List<Outcome.Result> results = new ArrayList<>();
        for (Letter.Fate fate : fates(letter, attempt)) {
            results.add(result(fate, lost));
        }
        return new Outcome.Answered(
                results, trouble(knobs.slowDown()) ? Outcome.Pushback.SLOW_DOWN : Outcome.Pushback.NONE);
    }

    private Outcome.Result result(Letter.Fate fate, boolean lost) {
        if (fate.firstSeenAt == null) {
            fate.firstSeenAt = world.millis();
        }
        boolean grey = knobs.greylisting() > 0.5 && world.millis() - fate.firstSeenAt < GREY_MILLIS;
        if (!healed && grey) {
            return new Outcome.Result.Deferred(Diagnosis.local("4.7.1", "Greylisted."));
        }
        if (trouble(knobs.permanentReply())) {
            return new Outcome.Result.Refused(Diagnosis.local("5.1.1", "No such user."));
        }
        if (trouble(knobs.transientReply())) {
            return new Outcome.Result.Deferred(Diagnosis.local("4.2.2", "Mailbox full."));
        }
        fate.taken++;
        world.fold("taken", fate.taken);
        if (lost) {
            fate.excused++;
            return new Outcome.Result.Unanswered(Diagnosis.local("4.4.2", "Connection lost after the message."));
        }
        unanswered.add(fate);
        return new Outcome.Result.Delivered(
                Diagnosis.local("2.0.0", "Taken."),
                world.chance(0.5) ? Outcome.SuccessNotice.RELAYED : Outcome.SuccessNotice.NEXT_HOP);
    }

    /** Our process is gone: its connections break. */
    void crash() {
        for (Letter.Fate fate : unanswered) {
            fate.excused += fate.durable instanceof RecipientState.Delivered ? 0 : 1;
        }
        unanswered.clear();
    }
}
