package org.postrider.policy;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.postrider.dns.Answer;
import org.postrider.dns.Family;
import org.postrider.dns.Resolver;
import org.postrider.mail.AddressLiteral;
import org.postrider.mail.Domain;
import org.postrider.mail.MailHost;
import org.postrider.mail.Mailbox;
import org.postrider.policy.PolicySettings.NextHop;
import org.postrider.smtp.client.ClientSettings;
import org.postrider.smtp.client.ClientTls;
import org.postrider.smtp.client.Dial;
import org.postrider.smtp.client.Opening;
import org.postrider.smtp.client.Protocol;
import org.postrider.smtp.client.SmtpConnection;
import org.postrider.smtp.client.TlsRequirement;
import org.postrider.smtp.client.Verification;

/** Asks over SMTP or LMTP. Thread: any. */
public final class SmtpRecipientProbe implements RecipientProbe {
    /** Addresses of a server that are tried. */
    private static final int ADDRESSES_MAX = 2;

    private final Resolver resolver;
    private final Supplier<Domain> host;
    private final ClientTls tls;

    /**
     * @param host our own name
     */
    public SmtpRecipientProbe(Resolver resolver, Supplier<Domain> host, ClientTls tls) {
        this.resolver = resolver;
        this.host = host;
        this.tls = tls;
    }

    @Override
    public Result ask(NextHop server, Mailbox recipient, Duration patience) {
        ClientSettings settings = ClientSettings.DEFAULT.within(patience);
        String failure = "no address of " + server.host().text();
        for (InetAddress address : addresses(server.host())) {
            Dial dial = new Dial(
                    new InetSocketAddress(address, server.port()),
                    server.host().text(),
                    null,
                    host.get().ascii(),
                    server.protocol(),
                    server.tls());
            Opening opening = open(dial, settings);
            if (opening instanceof Opening.Ready(SmtpConnection connection)) {
                return ask(connection, recipient);
            }
            failure = what(opening);
        }
        return new Result.Failed(failure);
    }

    /** As delivery does: where TLS is not required and breaks, once more in clear. */
    private Opening open(Dial dial, ClientSettings settings) {
        Opening opening = SmtpConnection.open(dial, settings, tls);
        boolean again = opening instanceof Opening.TlsFailed
                && dial.tls() instanceof TlsRequirement.May
                && dial.protocol() != Protocol.SMTPS;
        return again ? SmtpConnection.open(dial.in(new TlsRequirement.None()), settings, tls) : opening;
    }

    private static String what(Opening opening) {
        return switch (opening) {
            case Opening.Failed(var _, var _, String what) -> what;
            case Opening.TlsFailed(var _, var _, var _, String what) -> what;
            case Opening.Ready _, Opening.Rejected _, Opening.AuthFailed _ -> opening.toString();
        };
    }

    private static Result ask(SmtpConnection open, Mailbox recipient) {
        try (SmtpConnection connection = open) {
            return switch (connection.verify(recipient)) {
                case Verification.Answered(var reply) -> new Result.Answered(reply);
                case Verification.Failed(var what) -> new Result.Failed(what);
            };
        }
    }

    private List<InetAddress> addresses(MailHost server) {
        return switch (server) {
            case AddressLiteral(var address) -> List.of(address);
            case Domain name -> {
                List<InetAddress> found = new ArrayList<>();
                for (Family family : Family.values()) {
                    if (resolver.addresses(name, family) instanceof Answer.Found<InetAddress> some) {
                        found.addAll(some.records());
                    }
                }
                yield found.stream().limit(ADDRESSES_MAX).toList();
            }
        };
    }
}
