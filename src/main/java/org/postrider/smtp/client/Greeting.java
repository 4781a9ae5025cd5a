package org.postrider.smtp.client;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.postrider.mail.Reply;
import org.postrider.mail.Reply.Severity;
import org.postrider.smtp.client.Opening.TlsTrouble;
import org.postrider.tls.Authorities;
import org.postrider.tls.TlsFacts;

/**
 * The beginning of a session: the server's greeting, EHLO, or HELO to those who do not know it, TLS as the {@link Dial}
 * requires it, and AUTH.
 *
 * <p>What was said before TLS is forgotten with it (RFC 3207 §4.2): a capability that was offered in clear counts for
 * nothing but the decision to begin TLS.
 */
final class Greeting {
    private final Wire wire;
    private final ReplyReader replies;
    private final Dial dial;
    private final ClientSettings settings;
    private final @Nullable ClientTls clientTls;
    private Stage stage = Stage.GREETING;
    private Capabilities capabilities = Capabilities.NONE;
    private @Nullable TlsSession tls;

    /** One part of the beginning; what ends it, or {@code null} to go on. */
    private interface Step {
        @Nullable
        Opening take() throws BrokenWire;
    }

    /** @param clientTls {@code null} where {@code dial} is for clear text only */
    Greeting(Wire wire, Dial dial, ClientSettings settings, @Nullable ClientTls clientTls) {
        this.wire = wire;
        this.replies = new ReplyReader(wire);
        this.dial = dial;
        this.settings = settings;
        this.clientTls = clientTls;
    }

    /** Leaves the wire closed unless the answer is {@link Opening.Ready}. */
    Opening exchange() {
        List<Step> steps = List.of(this::secureAtOnce, this::hear, this::hello, this::startTls, this::authenticate);
        try {
            for (Step step : steps) {
                Opening end = step.take();
                if (end != null) {
                    return end;
                }
            }
            return new Opening.Ready(connection(capabilities));
        } catch (BrokenWire e) {
            wire.close();
            return new Opening.Failed(e.failure(), stage, e.what());
        }
    }

    private @Nullable Opening secureAtOnce() {
        return switch (dial.protocol()) {
            case SMTPS -> secure();
            case SMTP, LMTP -> null;
        };
    }

    private @Nullable Opening hear() throws BrokenWire {
        stage = Stage.GREETING;
        Reply greeting = settled(replies.read(settings.greeting()));
        return greeting.isPositive() ? null : reject(greeting);
    }

    private @Nullable Opening hello() throws BrokenWire {
        stage = Stage.EHLO;
        Reply hello = command(dial.protocol().greetingVerb() + " " + dial.heloName());
        if (hello.isPositive()) {
            Capabilities offered =
                    Capabilities.parse(hello.lines().subList(1, hello.lines().size()));
            // RFC 8689 §2: what is offered in clear of REQUIRETLS anybody can have put in.
            capabilities = tls == null ? offered.withoutRequireTls() : offered;
            return null;
        }
        capabilities = Capabilities.NONE;
        // RFC 5321 §3.2: a server without extensions does not know EHLO; LMTP has no older form.
        if (hello.severity() == Severity.PERMANENT_NEGATIVE && dial.protocol() != Protocol.LMTP) {
            hello = command("HELO " + dial.heloName());
        }
        return hello.isPositive() ? null : reject(hello);
    }

    private @Nullable Opening startTls() throws BrokenWire {
        if (tls != null || !dial.tls().wantsTls()) {
            return null;
        }
        if (!capabilities.startTls()) {
            return dial.tls().needsTls()
                    ? fail(TlsTrouble.NOT_OFFERED, null, dial.remote() + " offers no STARTTLS, and TLS is required")
                    : null;
        }
        stage = Stage.TLS;
        // What stands behind the 220 was not said in TLS, and must not be taken for what is: settled() refuses it.
        Reply reply = command("STARTTLS");
        if (!reply.isPositive()) {
            return refusedTls(reply);
        }
        Opening end = secure();
        return end == null ? helloOverTls() : end;
    }

    /** RFC 3207 §4: after a refusal it is for the client's policy whether to go on without TLS. */
    private @Nullable Opening refusedTls(Reply reply) {
        if (reply.code() == Transmission.SHUTTING_DOWN) {
            return reject(reply);
        }
        return dial.tls().needsTls()
                ? fail(TlsTrouble.REFUSED, reply, dial.remote() + " refused STARTTLS, and TLS is required")
                : null;
    }

    private @Nullable Opening helloOverTls() {
        try {
            return hello();
        } catch (BrokenWire e) {
            // A server that did not like our side of the handshake may say so only now, and hang up.
            return broken("after the TLS handshake: " + e.what());
        }
    }

    /** Shakes hands and judges the certificate. */
    private @Nullable Opening secure() {
        ClientTls with = clientTls;
        if (with == null) {
            throw new IllegalStateException("no TLS to speak to " + dial.remote());
        }
        stage = Stage.TLS;
        TlsFacts facts;
        try {
            facts = wire.startTls(
                    with.engines().engine(indicated(), dial.address().getPort()), settings.handshake());
        } catch (BrokenWire e) {
            return broken("in the TLS handshake: " + e.what());
        }
        Authorities.Verdict verdict = with.judge(facts.peerChain(), dial.tls(), dial.serverName());
        tls = new TlsSession(facts, verdict);
        return switch (verdict) {
            case Authorities.Verdict.Trusted _ -> null;
            case Authorities.Verdict.Distrusted(var reason, var _) ->
                dial.tls().needsTrust() ? distrust(reason, verdict) : null;
        };
    }

    private Opening distrust(Authorities.Reason reason, Authorities.Verdict verdict) {
        connection(Capabilities.NONE).close();
        return new Opening.TlsFailed(
                TlsTrouble.CERTIFICATE,
                reason,
                null,
                "the certificate of " + dial.remote() + " does not do: " + TlsSession.verdictText(verdict));
    }

    private String indicated() {
        return dial.tls() instanceof TlsRequirement.Dane(var _, String name) ? name : dial.serverName();
    }

    private @Nullable Opening authenticate() throws BrokenWire {
        ClientCredentials credentials = dial.credentials();
        if (credentials == null) {
            return null;
        }
        stage = Stage.AUTH;
        String failure;
        Reply reply = null;
        if (tls == null && !credentials.inClear()) {
            failure = dial.remote() + " offers no TLS, and the password is not sent in clear";
        } else {
            Authentication authentication = new Authentication(wire, replies, settings.ehlo());
            switch (authentication.run(credentials, capabilities.authMechanisms())) {
                case Authentication.Result.Accepted _ -> {
                    return null;
                }
                case Authentication.Result.Failed(var said, var what) -> {
                    failure = dial.remote() + " " + what;
                    reply = said;
                }
            }
        }
        connection(capabilities).close();
        return new Opening.AuthFailed(reply, tls, failure);
    }

    private Reply command(String line) throws BrokenWire {
        wire.put(line + "\r\n");
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

    private SmtpConnection connection(Capabilities offered) {
        return SmtpConnection.greeted(dial, settings, wire, offered, tls);
    }

    private Opening reject(Reply reply) {
        // RFC 5321 §3.1: even after a 554 greeting the client ends with QUIT.
        connection(Capabilities.NONE).close();
        return new Opening.Rejected(reply, stage);
    }

    private Opening fail(TlsTrouble trouble, @Nullable Reply reply, String what) {
        connection(Capabilities.NONE).close();
        return new Opening.TlsFailed(trouble, null, reply, what);
    }

    private Opening broken(String what) {
        wire.close();
        return new Opening.TlsFailed(TlsTrouble.HANDSHAKE, null, null, dial.remote() + ": " + what);
    }
}
