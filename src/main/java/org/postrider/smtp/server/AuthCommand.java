package org.postrider.smtp.server;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.postrider.mail.Ascii;
import org.postrider.mail.Reply;
import org.postrider.sasl.Refusal;
import org.postrider.sasl.ServerExchange;
import org.postrider.sasl.Step;
import org.postrider.smtp.WireLimits;
import org.postrider.smtp.server.Receptionist.Authentication;
import org.postrider.smtp.server.WireReader.Line;

/** AUTH (RFC 4954 §4): carries the messages of a mechanism, in base64, until it has accepted or refused the client. */
final class AuthCommand implements Command {
    /** No mechanism goes back and forth more often. */
    private static final int ROUNDS_MAX = 10;

    private static final String CANCEL = "*";
    private static final String EMPTY = "=";

    @Override
    public void run(Session session, String argument) throws IOException, SessionEnd {
        Optional<Reply> obstacle = obstacle(session);
        if (obstacle.isPresent()) {
            session.reply(obstacle.get());
            return;
        }
        int space = argument.indexOf(' ');
        String mechanism = Ascii.upper(space < 0 ? argument : argument.substring(0, space));
        String initial = space < 0 ? null : argument.substring(space + 1).strip();
        if (mechanism.isEmpty()) {
            session.reply(Replies.BAD_AUTH_SYNTAX);
        } else if (!session.visit().mechanisms().contains(mechanism)) {
            session.reply(Replies.UNKNOWN_MECHANISM);
        } else {
            switch (session.visit().authenticate(mechanism)) {
                case Authentication.Refused(Reply reply) -> session.reply(reply);
                case Authentication.Begun(ServerExchange exchange) -> converse(session, exchange, initial);
            }
        }
    }

    private static Optional<Reply> obstacle(Session session) {
        SecurityOffer offer = session.settings().security();
        if (offer.auth() == SecurityOffer.Auth.OFF) {
            return Optional.of(Replies.NOT_OFFERED);
        }
        if (!offer.allowsAuth(session.isSecured())) {
            return Optional.of(Replies.AUTH_NEEDS_TLS);
        }
        if (session.isLoggedIn()) {
            return Optional.of(Replies.AUTH_TWICE);
        }
        // RFC 4954 §4: not during a mail transaction.
        return switch (session.state()) {
            case State.Ready(Greeted greeted) ->
                greeted.verb() == Greeted.Verb.HELO ? Optional.of(Replies.NEED_EHLO) : Optional.empty();
            case State.Sending _ -> Optional.of(Replies.AUTH_IN_TRANSACTION);
            case State.Connected _, State.TurnedAway _ -> Optional.of(Replies.NEED_GREETING);
        };
    }

    private static void converse(Session session, ServerExchange exchange, @Nullable String initial)
            throws IOException, SessionEnd {
        byte @Nullable [] response = null;
        if (initial != null) {
            Optional<byte[]> decoded = initial.equals(EMPTY) ? Optional.of(new byte[0]) : decode(initial);
            if (decoded.isEmpty()) {
                session.reply(Replies.BAD_BASE64);
                return;
            }
            response = decoded.get();
        }
        for (int round = 0; round < ROUNDS_MAX; round++) {
            switch (exchange.step(response)) {
                case Step.Accepted(var login) -> {
                    session.loggedIn(login);
                    return;
                }
                case Step.Refused(Refusal refusal, String user) -> {
                    session.reply(session.visit().notAuthenticated(refusal, user));
                    return;
                }
                case Step.Challenge(byte[] octets) -> {
                    Optional<byte[]> answer = ask(session, octets);
                    if (answer.isEmpty()) {
                        return;
                    }
                    response = answer.get();
                }
            }
        }
        session.reply(Replies.BAD_AUTH_SYNTAX);
    }

    /** The client's answer; empty where there is none that means anything, which the client has been told. */
    private static Optional<byte[]> ask(Session session, byte[] challenge) throws IOException, SessionEnd {
        session.reply(Reply.plain(334, Base64.getEncoder().encodeToString(challenge)));
        Optional<byte[]> answer = Optional.empty();
        switch (session.responseLine()) {
            case Line.Broken(Reply reply) ->
                session.reply(reply.equals(Replies.LINE_TOO_LONG) ? Replies.AUTH_TOO_LONG : reply);
            case Line.Whole(String text, int octets) -> {
                if (octets > WireLimits.AUTH_LINE_OCTETS) {
                    session.reply(Replies.AUTH_TOO_LONG);
                } else if (text.equals(CANCEL)) {
                    session.reply(session.visit().notAuthenticated(Refusal.CANCELLED, ""));
                } else {
                    answer = decode(text);
                    if (answer.isEmpty()) {
                        session.reply(Replies.BAD_BASE64);
                    }
                }
            }
        }
        return answer;
    }

    private static Optional<byte[]> decode(String base64) {
        try {
            return Optional.of(Base64.getDecoder().decode(base64.getBytes(StandardCharsets.ISO_8859_1)));
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    @Override
    public void refuse(Session session, String argument, Reply reply) throws IOException, SessionEnd {
        session.reply(reply.equals(Replies.LINE_TOO_LONG) ? Replies.AUTH_TOO_LONG : reply);
    }

    @Override
    public int lineOctetsMax() {
        return WireLimits.AUTH_LINE_OCTETS;
    }

    @Override
    public boolean needsGreeting() {
        return true;
    }

    @Override
    public boolean isJunk() {
        return true;
    }
}
