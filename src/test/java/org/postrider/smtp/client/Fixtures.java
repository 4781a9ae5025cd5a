package org.postrider.smtp.client;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.postrider.mail.BodyType;
import org.postrider.mail.DsnReturn;
import org.postrider.mail.ForwardPath;
import org.postrider.mail.MailParameters;
import org.postrider.mail.MailboxGrammar;
import org.postrider.mail.Recipient;
import org.postrider.mail.ReversePath;
import org.postrider.testing.FakePeer;

/** What the tests of this package send, and to whom. */
final class Fixtures {
    static final ClientSettings PATIENT = ClientSettings.DEFAULT.within(Duration.ofSeconds(15));
    private static final Duration HASTE = Duration.ofMillis(200);
    static final ReversePath SENDER =
            new ReversePath(MailboxGrammar.mailbox("alice@sender.example").orElseThrow());
    static final String CONTENT = "Subject: Hello\r\n\r\n.first dot\r\nsecond\r\n";
    static final MailParameters EIGHT_BIT =
            new MailParameters(BodyType.EIGHT_BIT_MIME, false, DsnReturn.UNSPECIFIED, null);
    static final MailParameters BINARY = new MailParameters(BodyType.BINARY_MIME, false, DsnReturn.UNSPECIFIED, null);
    static final MailParameters UTF8 = new MailParameters(BodyType.EIGHT_BIT_MIME, true, DsnReturn.UNSPECIFIED, null);

    private Fixtures() {}

    /** Settings that wait but shortly at {@code stage}, and long enough for any machine elsewhere. */
    static ClientSettings hastyAt(Stage stage) {
        ClientSettings p = PATIENT;
        return new ClientSettings(
                stage == Stage.CONNECT ? HASTE : p.connect(),
                stage == Stage.GREETING ? HASTE : p.greeting(),
                stage == Stage.EHLO ? HASTE : p.ehlo(),
                stage == Stage.TLS ? HASTE : p.handshake(),
                stage == Stage.MAIL ? HASTE : p.mail(),
                stage == Stage.RCPT ? HASTE : p.rcpt(),
                stage == Stage.DATA ? HASTE : p.dataInitiation(),
                stage == Stage.CONTENT ? HASTE : p.dataBlock(),
                stage == Stage.END ? HASTE : p.dataTermination(),
                HASTE,
                p.chunkingOctetsMin());
    }

    static Dial dial(FakePeer peer) {
        return dial(peer, Protocol.SMTP);
    }

    static Dial dial(FakePeer peer, Protocol protocol) {
        return new Dial(peer.address(), "peer.example", null, "client.example", protocol, new TlsRequirement.None());
    }

    static SmtpConnection ready(FakePeer peer) {
        return ready(dial(peer), PATIENT);
    }

    static SmtpConnection ready(Dial dial, ClientSettings settings) {
        return switch (SmtpConnection.open(dial, settings)) {
            case Opening.Ready(SmtpConnection connection) -> connection;
            case Opening.Rejected rejected -> throw new AssertionError(rejected);
            case Opening.TlsFailed failed -> throw new AssertionError(failed);
            case Opening.AuthFailed failed -> throw new AssertionError(failed);
            case Opening.Failed failed -> throw new AssertionError(failed);
        };
    }

    static Recipient recipient(String address) {
        return Recipient.of(new ForwardPath(MailboxGrammar.mailbox(address).orElseThrow()));
    }

    static OutgoingMessage message(String... recipients) {
        return message(MailParameters.PLAIN, CONTENT, recipients);
    }

    static OutgoingMessage message(MailParameters parameters, String content, String... recipients) {
        return message(parameters, content.getBytes(StandardCharsets.UTF_8), recipients);
    }

    static OutgoingMessage message(MailParameters parameters, byte[] content, String... recipients) {
        List<Recipient> list =
                Arrays.stream(recipients).map(Fixtures::recipient).toList();
        return new OutgoingMessage(SENDER, parameters, list, content.length, () -> new ByteArrayInputStream(content));
    }

    static Transaction.Completed completed(Transaction transaction) {
        if (transaction instanceof Transaction.Completed completed) {
            return completed;
        }
        throw new AssertionError(transaction);
    }

    static Transaction.Broken broken(Transaction transaction) {
        if (transaction instanceof Transaction.Broken broken) {
            return broken;
        }
        throw new AssertionError(transaction);
    }
}
