package org.postrider.delivery;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.postrider.dns.Resolver;
import org.postrider.event.Event;
import org.postrider.event.Events;
import org.postrider.mail.Diagnosis;
import org.postrider.mail.Domain;
import org.postrider.mail.Envelope;
import org.postrider.mail.MailHost;
import org.postrider.mail.Recipient;
import org.postrider.mail.TlsWish;
import org.postrider.queue.Attempt;
import org.postrider.queue.Outcome;
import org.postrider.queue.Outcome.Result;
import org.postrider.queue.Routing;
import org.postrider.queue.Site;
import org.postrider.queue.Time;
import org.postrider.queue.Transport;
import org.postrider.smtp.client.ClientCredentials;
import org.postrider.smtp.client.OutgoingMessage;
import org.postrider.smtp.client.Protocol;
import org.postrider.spool.Spool;
import org.postrider.spool.StoredMessage;

/**
 * The way out: routes hosts to sites and makes delivery attempts, each on a virtual thread of its own.
 *
 * <p>Invariant: every call gets exactly one answer on the engine's executor, errors of our own included.
 *
 * <p>Thread: any; nothing here blocks the caller.
 */
public final class Deliverer implements Transport, AutoCloseable {
    /** DNS questions for different hosts that run at once. */
    private static final int LOOKUPS_MAX = 500;

    private final Ports ports;
    private final RandomGenerator random;
    private final OutgoingTls tls;
    private final ExpiringMap<InetSocketAddress, Boolean> brokenTls;
    private final ConnectionPool pool;
    private final int attemptsMax;
    private final Semaphore attempts;
    private final Semaphore lookups = new Semaphore(LOOKUPS_MAX);
    private volatile Plan plan;
    private volatile @Nullable ParsedRoute lastRoute;
    private volatile boolean closed;

    /**
     * What the deliverer works with.
     *
     * @param engine runs tasks on the engine's thread
     * @param nanoTime a clock that never jumps, as {@code System::nanoTime}
     */
    public record Ports(
            Resolver resolver, Spool spool, Events events, Executor engine, Time time, LongSupplier nanoTime) {}

    /**
     * The configuration, what was remembered under it and what is being asked: all are replaced together.
     *
     * @param underWay hosts that are looked up now, each with those who wait for the answer
     */
    private record Plan(
            RouteTable routes,
            DeliverySettings settings,
            ExpiringMap<MailHost, Routing> routings,
            SiteHosts hosts,
            ConcurrentHashMap<MailHost, List<Consumer<Routing>>> underWay) {}

    private record ParsedRoute(String text, Route.Parsed route) {}

    /**
     * An outcome, and what the event tells beside it.
     *
     * @param message {@code null} where it could not be read: there is nothing to tell then
     */
    private record Done(
            Outcome outcome,
            @Nullable String remote,
            @Nullable String tls,
            @Nullable StoredMessage message) {}

    /**
     * @param random spreads the load over equal MX hosts; safe for use by many threads
     */
    public Deliverer(
            Ports ports, RandomGenerator random, OutgoingTls tls, RouteTable routes, DeliverySettings settings) {
        this.ports = ports;
        this.random = random;
        this.tls = tls;
        this.brokenTls = new ExpiringMap<>(settings.routesMemoryMax(), ports.nanoTime);
        this.pool = new ConnectionPool(settings.pool(), ports.nanoTime);
        this.attemptsMax = settings.attemptsMax();
        this.attempts = new Semaphore(attemptsMax);
        this.plan = plan(routes, settings);
        pool.start();
    }

    private Plan plan(RouteTable routes, DeliverySettings settings) {
        int memory = settings.routesMemoryMax();
        SiteHosts hosts = new SiteHosts(new ExpiringMap<>(memory, ports.nanoTime), random);
        return new Plan(routes, settings, new ExpiringMap<>(memory, ports.nanoTime), hosts, new ConcurrentHashMap<>());
    }

    /** Replaces the configuration; the next routing and the next attempt go by the new one, queued mail included. */
    public void configure(RouteTable routes, DeliverySettings settings) {
        plan = plan(routes, settings);
        pool.limits(settings.pool());
    }

    @Override
    public void route(MailHost host, @Nullable String reroute, Consumer<Routing> done) {
        Plan now = plan;
        RouteTable.Rule rule = now.routes.rule(host);
        if (reroute != null) {
            switch (Route.parse(reroute)) {
                case Route.Parsed.Valid(var valid) -> rule = now.routes.rule(valid);
                case Route.Parsed.Invalid(var error) -> {
                    Routing unknown =
                            new Routing.Unknown(Diagnosis.local("4.3.5", "the recipient's own route: " + error));
                    answer(done, unknown);
                    return;
                }
            }
        }
        switch (rule.to()) {
            case Route.ByMx _ -> routeByMx(now, host, done);
            case Route.Server _, Route.Maildir _ -> answer(done, new Routing.To(rule.site()));
            case Route.Hold _ -> answer(done, new Routing.Hold("the route for " + host.text() + " says hold"));
            case Route.Discard _ -> answer(done, new Routing.Discard("the route for " + host.text() + " says discard"));
        }
    }

    private void answer(Consumer<Routing> done, Routing routing) {
        ports.engine.execute(() -> done.accept(routing));
    }

    private void routeByMx(Plan now, MailHost host, Consumer<Routing> done) {
        Optional<Routing> known = now.routings.find(host);
        if (known.isPresent()) {
            answer(done, known.get());
            return;
        }
        boolean[] first = new boolean[1];
        now.underWay.compute(host, (_, waiting) -> {
            first[0] = waiting == null;
            List<Consumer<Routing>> all = waiting == null ? new ArrayList<>() : waiting;
            all.add(done);
            return all;
        });
        if (first[0]) {
            try {
                Thread.ofVirtual().name("route-" + host.text()).start(() -> lookUp(now, host));
            } catch (RuntimeException | Error noThread) {
                answerAll(
                        now, host, new Routing.Unknown(Diagnosis.local("4.3.0", "no look-up: " + noThread.getClass())));
            }
        }
    }

    private void lookUp(Plan now, MailHost host) {
        Routing routing = new Routing.Unknown(Diagnosis.local("4.3.0", "the look-up broke off"));
        try {
            lookups.acquireUninterruptibly();
            try {
                MxRouting.Decision decision = new MxRouting(ports.resolver, now.settings, tls.policy()).decide(host);
                routing = decision.routing();
                now.routings.put(host, routing, decision.ttl());
                if (routing instanceof Routing.To(var site)) {
                    now.hosts.remember(site, decision.exchangers(), decision.ttl());
                }
            } finally {
                lookups.release();
            }
        } catch (RuntimeException | Error ours) {
            routing = new Routing.Unknown(Diagnosis.local("4.3.0", "the look-up broke off: " + ours.getClass()));
        } finally {
            answerAll(now, host, routing);
        }
    }

    private void answerAll(Plan now, MailHost host, Routing routing) {
        List<Consumer<Routing>> waiting = now.underWay.remove(host);
        if (waiting != null) {
            waiting.forEach(done -> answer(done, routing));
        }
    }

    @Override
    public void attempt(Attempt attempt, Consumer<Outcome> done) {
        try {
            Thread.ofVirtual().name("attempt-" + attempt.id()).start(() -> run(attempt, done));
        } catch (RuntimeException | Error noThread) {
            Outcome outcome = brokenOff(noThread);
            ports.engine.execute(() -> done.accept(outcome));
        }
    }

    private void run(Attempt attempt, Consumer<Outcome> done) {
        attempts.acquireUninterruptibly();
        long began = ports.nanoTime.getAsLong();
        Done made = made(attempt);
        try {
            publish(attempt, made, Duration.ofNanos(ports.nanoTime.getAsLong() - began));
        } finally {
            attempts.release();
            ports.engine.execute(() -> done.accept(made.outcome));
        }
    }

    /** Makes the attempt; whatever is thrown becomes an outcome. */
    private Done made(Attempt attempt) {
        if (closed) {
            return new Done(
                    new Outcome.NotTried(Diagnosis.local("4.3.2", "the server is shutting down")), null, null, null);
        }
        try {
            return make(attempt, plan);
        } catch (RuntimeException | Error ours) {
            return new Done(brokenOff(ours), null, null, null);
        }
    }

    private static Outcome brokenOff(Throwable ours) {
        return new Outcome.NotTried(Diagnosis.local("4.3.0", "the attempt broke off: " + ours.getClass()));
    }

    private Done make(Attempt attempt, Plan now) {
        try {
            Optional<StoredMessage> found = ports.spool.find(attempt.id());
            return found.isEmpty()
                    ? notTried("4.3.0", "the message is not in the spool", null)
                    : make(attempt, found.get(), now);
        } catch (IOException unreadable) {
            return notTried("4.3.0", "the spool cannot be read: " + oneLine(unreadable), null);
        }
    }

    private Done make(Attempt attempt, StoredMessage message, Plan now) {
        Site site = attempt.site();
        SiteName name = SiteName.of(site);
        if (name.isByMx()) {
            SmtpAttempt.Servers servers = new SmtpAttempt.Servers(
                    Protocol.SMTP, () -> hosts(attempt, message, now), now.settings.mxPort(), false);
            return overSmtp(attempt, message, now, new SmtpAttempt.Way(site, attempt.source(), servers, null));
        }
        return switch (parsed(name.route())) {
            case Route.Parsed.Valid(Route.Server server) -> toServer(attempt, message, now, server);
            case Route.Parsed.Valid(Route.Maildir(var template)) ->
                new Done(
                        new MaildirAttempt(template, attempt, message, ports.spool, now.settings).run(),
                        null,
                        null,
                        message);
            case Route.Parsed.Valid(Route.ByMx _),
                    Route.Parsed.Valid(Route.Hold _),
                    Route.Parsed.Valid(Route.Discard _) ->
                notTried("4.3.5", "no attempt can be made at " + site.name(), message);
            case Route.Parsed.Invalid(var error) -> notTried("4.3.5", error, message);
        };
    }

    /** Most mail goes by the route that the last went by. */
    private Route.Parsed parsed(String text) {
        ParsedRoute last = lastRoute;
        if (last == null || !last.text.equals(text)) {
            last = new ParsedRoute(text, Route.parse(text));
            lastRoute = last;
        }
        return last.route;
    }

    private Done toServer(Attempt attempt, StoredMessage message, Plan now, Route.Server server) {
        SiteName name = SiteName.of(attempt.site());
        Optional<ClientCredentials> credentials = now.routes.credentials(name);
        if (!name.user().isEmpty() && credentials.isEmpty()) {
            return notTried("4.3.5", "no [[route]] has a password for " + name.user() + " any more", message);
        }
        SmtpAttempt.Servers servers =
                new SmtpAttempt.Servers(server.protocol(), () -> List.of(server.host()), server.port(), true);
        return overSmtp(
                attempt,
                message,
                now,
                new SmtpAttempt.Way(attempt.site(), attempt.source(), servers, credentials.orElse(null)));
    }

    private static Done notTried(String status, String why, @Nullable StoredMessage message) {
        return new Done(new Outcome.NotTried(Diagnosis.local(status, why)), null, null, message);
    }

    /** A site's hosts in their order; once the DNS's time for them is over, their preferences are asked again. */
    private List<MailHost> hosts(Attempt attempt, StoredMessage message, Plan now) {
        if (!now.hosts.knows(attempt.site())) {
            freshen(attempt, message, now);
        }
        return now.hosts.inOrder(attempt.site());
    }

    private void freshen(Attempt attempt, StoredMessage message, Plan now) {
        int first = attempt.recipients().getFirst();
        MailHost host =
                message.arrival().envelope().recipients().get(first).mailbox().host();
        MxRouting.Decision decision = new MxRouting(ports.resolver, now.settings, tls.policy()).decide(host);
        if (decision.routing().equals(new Routing.To(attempt.site()))) {
            now.hosts.remember(attempt.site(), decision.exchangers(), decision.ttl());
        } else {
            now.hosts.keep(attempt.site());
        }
    }

    private Done overSmtp(Attempt attempt, StoredMessage message, Plan now, SmtpAttempt.Way way) {
        Envelope envelope = message.arrival().envelope();
        List<Recipient> recipients =
                attempt.recipients().stream().map(envelope.recipients()::get).toList();
        TlsWish wish = wish(envelope, way.servers().protocol());
        OutgoingMessage outgoing = new OutgoingMessage(
                envelope.reversePath(),
                envelope.parameters().wishing(wish),
                recipients,
                message.contentOctets(),
                () -> ports.spool.content(attempt.id()));
        SevenBitCopy copy = new SevenBitCopy(outgoing, now.settings.convertsEightBit());
        Handover handover = new Handover(outgoing, copy, way.servers().protocol());
        SmtpAttempt.Tools tools = new SmtpAttempt.Tools(ports.resolver, pool, tls.client(), brokenTls, ports.nanoTime);
        SmtpAttempt smtp = new SmtpAttempt(
                way, handover, security(attempt.site(), envelope, wish, recipients), tools, now.settings);
        try {
            return new Done(smtp.run(), smtp.remote(), smtp.tls(), message);
        } catch (RuntimeException | Error ours) {
            Diagnosis diagnosis = Diagnosis.local("4.3.0", "the attempt broke off: " + ours.getClass());
            // In the midst of a transaction nobody knows what the other side took over.
            Outcome outcome = handover.isSending() || handover.isBegun()
                    ? Handover.answered(handover.unanswered(diagnosis))
                    : new Outcome.NotTried(diagnosis);
            return new Done(outcome, smtp.remote(), smtp.tls(), message);
        }
    }

    /** LMTP is final delivery: there is no further way to protect. */
    private static TlsWish wish(Envelope envelope, Protocol protocol) {
        return protocol == Protocol.LMTP
                ? TlsWish.UNSPECIFIED
                : envelope.parameters().tls();
    }

    private SmtpAttempt.Security security(Site site, Envelope envelope, TlsWish wish, List<Recipient> recipients) {
        List<Domain> domains = recipients.stream()
                .map(recipient -> recipient.mailbox().host())
                .filter(Domain.class::isInstance)
                .map(Domain.class::cast)
                .distinct()
                .toList();
        boolean bounce = envelope.reversePath().isNull();
        TlsWish heeded = bounce && wish == TlsWish.REQUIRED ? TlsWish.UNSPECIFIED : wish;
        boolean byMx = SiteName.of(site).isByMx();
        return new SmtpAttempt.Security(
                new MessageTls(tls.policy(), site, heeded, domains, ports.resolver),
                new TlsWitness(tls.ledger(), byMx ? domains : List.of()));
    }

    private void publish(Attempt attempt, Done done, Duration took) {
        StoredMessage message = done.message;
        if (message == null) {
            return;
        }
        List<Recipient> all = message.arrival().envelope().recipients();
        List<String> recipients = attempt.recipients().stream()
                .map(index -> all.get(index).mailbox().text())
                .toList();
        ports.events.publish(new Event.Attempted(
                ports.time.now(),
                attempt.id(),
                recipients,
                attempt.number(),
                attempt.site().name(),
                done.remote,
                done.tls,
                telling(done.outcome).text(),
                took));
    }

    /** Of several results the one that is most worth telling: the first that is no success. */
    private static Diagnosis telling(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Answered(var results, var _) ->
                results.stream()
                        .filter(result -> !(result instanceof Result.Delivered))
                        .findFirst()
                        .orElse(results.getFirst())
                        .diagnosis();
            case Outcome.Unreachable(var diagnosis) -> diagnosis;
            case Outcome.TlsRefused(var diagnosis) -> diagnosis;
            case Outcome.NotTried(var diagnosis) -> diagnosis;
        };
    }

    private static String oneLine(Exception failure) {
        return String.valueOf(failure.getMessage()).replaceAll("[\r\n]", " ");
    }

    /**
     * Takes no more attempts, and waits for those under way, at most so long. What is not done then ends with the process:
     * its recipients stay recorded as being attempted, and are tried again after the next start.
     *
     * @return whether all were done
     */
    public boolean drain(Duration grace) throws InterruptedException {
        closed = true;
        boolean done = attempts.tryAcquire(attemptsMax, grace.toNanos(), TimeUnit.NANOSECONDS);
        if (done) {
            // For those that were waiting for their turn, to be told that there is none.
            attempts.release(attemptsMax);
        }
        return done;
    }

    /** Ends idle connections. */
    @Override
    public void close() {
        closed = true;
        pool.close();
    }
}
