package org.postrider.server.cli;

import java.io.ByteArrayInputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.postrider.mail.BodyType;
import org.postrider.mail.DsnReturn;
import org.postrider.mail.ForwardPath;
import org.postrider.mail.MailParameters;
import org.postrider.mail.Mailbox;
import org.postrider.mail.QueueId;
import org.postrider.mail.Recipient;
import org.postrider.mail.Reply;
import org.postrider.mail.ReversePath;
import org.postrider.smtp.client.ClientSettings;
import org.postrider.smtp.client.Dial;
import org.postrider.smtp.client.Opening;
import org.postrider.smtp.client.OutgoingMessage;
import org.postrider.smtp.client.Protocol;
import org.postrider.smtp.client.SmtpConnection;
import org.postrider.smtp.client.TlsRequirement;
import org.postrider.smtp.client.Transaction;

/** Hands one message to a server over SMTP. */
final class Submission {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private Submission() {}

    /**
     * What the server said.
     *
     * @param reply of a recipient that was refused where there is one, else the last
     * @param id the queue id that a Postrider names in its reply
     */
    record Answer(Reply reply, Optional<QueueId> id) {}

    /** Reads {@code HOST:PORT}; names are resolved. */
    static InetSocketAddress address(String text) throws CommandFailed {
        int colon = text.lastIndexOf(':');
        String host = text.substring(0, Math.max(0, colon)).replaceAll("^\\[|]$", "");
        String port = text.substring(colon + 1);
        if (host.isEmpty() || !port.matches("\\d{1,5}") || Integer.parseInt(port) > 65_535) {
            throw new CommandFailed(ExitCodes.USAGE, "\"" + text + "\" is not HOST:PORT, such as 127.0.0.1:1025");
        }
        try {
            return new InetSocketAddress(InetAddress.getByName(host), Integer.parseInt(port));
        } catch (UnknownHostException e) {
            throw new CommandFailed(ExitCodes.IO, "there is no host " + host);
        }
    }

    static Answer send(InetSocketAddress server, ReversePath from, List<Mailbox> to, byte[] content)
            throws CommandFailed {
        String name = server.getHostString();
        Dial dial = new Dial(server, name, null, "localhost", Protocol.SMTP, new TlsRequirement.None());
        switch (SmtpConnection.open(dial, ClientSettings.DEFAULT.within(PATIENCE))) {
            case Opening.Ready ready -> {
                try (SmtpConnection connection = ready.connection()) {
                    return answer(connection.send(message(from, to, content)), to);
                }
            }
            case Opening.Rejected rejected ->
                throw new CommandFailed(
                        rejected.reply().severity() == Reply.Severity.PERMANENT_NEGATIVE
                                ? ExitCodes.REFUSED
                                : ExitCodes.DEFERRED,
                        dial.remote() + " does not want to talk to us: "
                                + Output.plain(rejected.reply().text()));
            // Neither is asked for here.
            case Opening.TlsFailed failed -> throw new CommandFailed(ExitCodes.IO, Output.plain(failed.what()));
            case Opening.AuthFailed failed -> throw new CommandFailed(ExitCodes.IO, Output.plain(failed.what()));
            case Opening.Failed failed ->
                throw new CommandFailed(
                        ExitCodes.IO,
                        Output.plain(failed.what()) + ". Is a server running? `postrider dev` starts one at "
                                + DevCommand.SMTP + ".");
        }
    }

    private static OutgoingMessage message(ReversePath from, List<Mailbox> to, byte[] content) {
        boolean eightBit = false;
        for (byte b : content) {
            eightBit |= b < 0;
        }
        boolean utf8 = to.stream().anyMatch(Mailbox::needsUtf8)
                || (from.mailbox() != null && from.mailbox().needsUtf8());
        BodyType body = eightBit ? BodyType.EIGHT_BIT_MIME : BodyType.SEVEN_BIT;
        return new OutgoingMessage(
                from,
                new MailParameters(body, utf8, DsnReturn.UNSPECIFIED, null),
                to.stream()
                        .map(mailbox -> Recipient.of(new ForwardPath(mailbox)))
                        .toList(),
                content.length,
                () -> new ByteArrayInputStream(content));
    }

    private static Answer answer(Transaction transaction, List<Mailbox> to) throws CommandFailed {
        return switch (transaction) {
            case Transaction.Completed completed -> {
                List<Transaction.Answer> answers = completed.answers();
                Reply worst = answers.getFirst().reply();
                for (int i = 0; i < answers.size(); i++) {
                    Reply reply = answers.get(i).reply();
                    if (!reply.isPositive() && worst.isPositive()) {
                        worst = reply;
                    }
                }
                yield new Answer(
                        worst,
                        answers.stream()
                                .flatMap(each -> id(each.reply()).stream())
                                .findFirst());
            }
            case Transaction.Refused refused ->
                throw new CommandFailed(
                        ExitCodes.REFUSED, "the server cannot take this message for " + to.getFirst() + ": " + refused);
            case Transaction.ContentFailed(var what) -> throw new CommandFailed(ExitCodes.IO, what);
            case Transaction.Broken broken -> throw new CommandFailed(ExitCodes.DEFERRED, Output.plain(broken.what()));
        };
    }

    private static Optional<QueueId> id(Reply reply) {
        String text = reply.lines().getLast();
        return reply.isPositive() ? QueueId.parse(text.substring(text.lastIndexOf(' ') + 1)) : Optional.empty();
    }
}
