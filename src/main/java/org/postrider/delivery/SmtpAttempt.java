package org.postrider.delivery;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.postrider.delivery.ConnectionPool.Pooled;
import org.postrider.dns.Resolver;
import org.postrider.mail.AddressLiteral;
import org.postrider.mail.Diagnosis;
import org.postrider.mail.Domain;
import org.postrider.mail.EnhancedStatus;
import org.postrider.mail.MailHost;
import org.postrider.mail.Reply;
import org.postrider.queue.Outcome;
import org.postrider.queue.Outcome.Pushback;
import org.postrider.queue.Outcome.Result;
import org.postrider.queue.Site;
import org.postrider.smtp.client.ClientSettings;
import org.postrider.smtp.client.Dial;
import org.postrider.smtp.client.Opening;
import org.postrider.smtp.client.Protocol;
import org.postrider.smtp.client.SmtpConnection;

/**
 * One attempt over SMTP or LMTP: a pooled connection if there is one, else the site's hosts in their order, each
 * address by address, until one takes the message or says no for good.
 *
 * <p>Thread: confined.
 */
final class SmtpAttempt {
    private final Way way;
    private final Handover handover;
    private final Tools tools;
    private final DeliverySettings settings;
    private int dialled;
    private @Nullable String remote;
    private Diagnosis last = Diagnosis.local("4.4.4", "the site has no host");
    /** Set where the best host, before which none was dialled or passed over, is ourselves. */
    private @Nullable Diagnosis loop;
    /** Whether all that was heard so far is that hosts take no mail at all. */
    private boolean onlyNoMail = true;
    /** Whether something was dialled or passed over. */
    private boolean tried;

    /**
     * Whom to dial.
     *
     * @param hosts in the order to be tried; asked for only where a connection must be made
     * @param explicit whether an operator named the host
     */
    record Way(
            Site site, String source, Protocol protocol, Supplier<List<MailHost>> hosts, int port, boolean explicit) {}

    /** What attempts share. */
    record Tools(Resolver resolver, ConnectionPool pool, TlsPolicy tls, LongSupplier nanoTime) {}

    private enum Next {
        NONE,
        ADDRESS,
        HOST
    }

    SmtpAttempt(Way way, Handover handover, Tools tools, DeliverySettings settings) {
        this.way = way;
        this.handover = handover;
        this.tools = tools;
        this.settings = settings;
    }

    /** The server that was spoken to last. */
    @Nullable
    String remote() {
        return remote;
    }

    Outcome run() {
        Optional<Pooled> pooled = tools.pool.take(key());
        // What breaks or says 421 on an old connection is tried once more on a new one.
        if (pooled.isEmpty() || converse(pooled.get().connection(), pooled.get().dialledNanos()) != Next.NONE) {
            dialHosts();
        }
        return outcome();
    }

    private ConnectionPool.Key key() {
        return new ConnectionPool.Key(way.site, way.source);
    }

    private void dialHosts() {
        for (MailHost host : way.hosts.get()) {
            HostAddresses found = HostAddresses.of(host, way.port, way.explicit, tools.resolver, settings);
            switch (found) {
                case HostAddresses.Usable(var addresses, var _) -> {
                    if (dial(host, addresses) == Next.NONE) {
                        return;
                    }
                }
                case HostAddresses.Own _ -> {
                    // Hosts after this one are no better than we are; those before it may answer another time.
                    if (!tried) {
                        loop = Diagnosis.local("5.4.6", host.text() + " is one of our own listeners: mail would loop");
                    }
                    return;
                }
                case HostAddresses.Forbidden(var example, var _) ->
                    passOver("4.4.4", host.text() + " has no public address, only such as " + Addresses.text(example));
                case HostAddresses.None _ -> passOver("4.4.4", host.text() + " has no address");
                case HostAddresses.Failed(var detail) -> passOver("4.4.3", "the DNS does not answer now: " + detail);
            }
        }
    }

    private void passOver(String status, String summary) {
        last = Diagnosis.local(status, summary);
        onlyNoMail = false;
        tried = true;
    }

    private Next dial(MailHost host, List<InetAddress> addresses) {
        int count = Math.min(addresses.size(), settings.addressesPerHostMax());
        for (int i = 0; i < count; i++) {
            if (dialled == settings.addressesMax()) {
                onlyNoMail = false;
                return Next.NONE;
            }
            boolean otherFamilyLeft = i + 1 < count
                    && addresses.get(i + 1).getClass() != addresses.get(i).getClass();
            Next next = dial(host, addresses.get(i), otherFamilyLeft);
            if (next != Next.ADDRESS) {
                return next;
            }
        }
        return Next.HOST;
    }

    private Next dial(MailHost host, InetAddress address, boolean otherFamilyLeft) {
        dialled++;
        tried = true;
        EgressSource source = settings.source(way.source);
        boolean sameFamily = source.bind() == null || source.bind().getClass() == address.getClass();
        Dial dial = new Dial(
                new InetSocketAddress(address, way.port),
                serverName(host),
                sameFamily ? source.bind() : null,
                source.heloName(),
                way.protocol,
                tools.tls.requirement(way.site, serverName(host)));
        remote = dial.remote();
        long began = tools.nanoTime.getAsLong();
        return switch (SmtpConnection.open(dial, otherFamilyLeft ? hasty() : settings.client())) {
            case Opening.Ready(var connection) -> converse(connection, began);
            case Opening.Rejected(var reply, var stage) -> rejected(reply, stage.words());
            case Opening.Failed(var failure, var stage, var what) -> {
                last = Replies.broken(failure, stage, what, remote);
                onlyNoMail = false;
                yield Next.ADDRESS;
            }
        };
    }

    private static String serverName(MailHost host) {
        return switch (host) {
            case Domain domain -> domain.ascii();
            case AddressLiteral(var address) -> Addresses.text(address);
        };
    }

    /** A host with both kinds of addresses is often reachable by one of them only: we do not wait long to find out. */
    private ClientSettings hasty() {
        ClientSettings client = settings.client();
        return new ClientSettings(
                HostAddresses.least(client.connect(), settings.fallbackConnect()),
                client.greeting(),
                client.ehlo(),
                client.mail(),
                client.rcpt(),
                client.dataInitiation(),
                client.dataBlock(),
                client.dataTermination(),
                client.quit(),
                client.chunkingOctetsMin());
    }

    /**
     * A refusal of the session says nothing of the recipients, so that even a 5yz is no more than this host's word for now;
     * but 521 means a host that never takes mail (RFC 7504 §3): where all hosts are such, the mail has nowhere to go.
     */
    private Next rejected(Reply reply, String stage) {
        boolean noMail = reply.code() == 521;
        onlyNoMail &= noMail;
        last = new Diagnosis(
                Replies.status(reply, noMail ? 5 : 4), reply, remote, remote + " refused the session (" + stage + ")");
        return noMail ? Next.HOST : Next.ADDRESS;
    }

    private Next converse(SmtpConnection connection, long dialledNanos) {
        remote = connection.dial().remote();
        onlyNoMail = false;
        tried = true;
        try {
            handover.run(connection);
        } catch (Throwable error) {
            tools.pool.end(connection);
            throw error;
        }
        last = handover.breakage().orElse(last);
        tools.pool.giveBack(key(), connection, dialledNanos);
        return handover.isDone() ? Next.NONE : Next.ADDRESS;
    }

    private Outcome outcome() {
        Optional<Diagnosis> contentFailure = handover.contentFailure();
        if (contentFailure.isPresent() && !handover.isBegun()) {
            return new Outcome.NotTried(contentFailure.get());
        }
        if (handover.isBegun()) {
            return Handover.answered(handover.results(contentFailure.orElse(last)));
        }
        if (loop != null) {
            return all(new Result.Refused(loop), Pushback.NONE);
        }
        Reply reply = last.reply();
        if (onlyNoMail && reply != null) {
            return all(new Result.Refused(last), Pushback.NONE);
        }
        // A server that is merely closing is unreachable; one that speaks of rates is there, and wants fewer of us.
        boolean slower = reply != null && Replies.asksForSlower(reply);
        return slower
                ? all(new Result.Deferred(inClassFour(last)), Pushback.SLOW_DOWN)
                : new Outcome.Unreachable(inClassFour(last));
    }

    private static Diagnosis inClassFour(Diagnosis diagnosis) {
        EnhancedStatus status = diagnosis.status().inClass(4);
        return new Diagnosis(status, diagnosis.reply(), diagnosis.remote(), diagnosis.summary());
    }

    private Outcome all(Result result, Pushback pushback) {
        List<Result> results =
                handover.results(result.diagnosis()).stream().map(_ -> result).toList();
        return new Outcome.Answered(results, pushback);
    }
}
