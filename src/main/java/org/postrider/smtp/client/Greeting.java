package org.postrider.smtp.client;

import org.postrider.mail.Reply;
import org.postrider.mail.Reply.Severity;

/** The beginning of a session: the server's greeting, then EHLO, or HELO to those who do not know it. */
final class Greeting {
    private final Wire wire;
    private final ReplyReader replies;
    private final Dial dial;
    private final ClientSettings settings;
    private Stage stage = Stage.GREETING;

    Greeting(Wire wire, Dial dial, ClientSettings settings) {
        this.wire = wire;
        this.replies = new ReplyReader(wire);
        this.dial = dial;
        this.settings = settings;
    }

    /** Leaves the wire closed unless the answer is {@link Opening.Ready}. */
    Opening exchange() {
        try {
            Reply greeting = settled(replies.read(settings.greeting()));
            if (!greeting.isPositive()) {
                return reject(greeting);
            }
            stage = Stage.EHLO;
            Reply hello = hello(dial.protocol().greetingVerb());
            if (hello.isPositive()) {
                return ready(Capabilities.parse(
                        hello.lines().subList(1, hello.lines().size())));
            }
            // RFC 5321 §3.2: a server without extensions does not know EHLO; LMTP has no older form.
            if (hello.severity() == Severity.PERMANENT_NEGATIVE && dial.protocol() == Protocol.SMTP) {
                hello = hello("HELO");
            }
            return hello.isPositive() ? ready(Capabilities.NONE) : reject(hello);
        } catch (BrokenWire e) {
            wire.close();
            return new Opening.Failed(e.failure(), stage, e.what());
        }
    }

    private Reply hello(String verb) throws BrokenWire {
        wire.put(verb + " " + dial.heloName() + "\r\n");
        wire.flush();
        return settled(replies.read(settings.ehlo()));
    }

    /** {@code reply} if it may stand here, and nothing follows it. */
    private Reply settled(Reply reply) throws BrokenWire {
        if (reply.severity() == Severity.INTERMEDIATE) {
            throw new BrokenWire(Failure.PROTOCOL, "unexpected reply (" + stage.words() + "): " + reply.text());
        }
        if (wire.hasUnread()) {
            throw new BrokenWire(Failure.PROTOCOL, "the peer spoke out of turn after " + reply.text());
        }
        return reply;
    }

    private Opening ready(Capabilities capabilities) {
        return new Opening.Ready(SmtpConnection.greeted(dial, settings, wire, capabilities));
    }

    private Opening reject(Reply reply) {
        // RFC 5321 §3.1: even after a 554 greeting the client ends with QUIT.
        SmtpConnection.greeted(dial, settings, wire, Capabilities.NONE).close();
        return new Opening.Rejected(reply, stage);
    }
}
