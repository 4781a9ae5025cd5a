package org.postrider.smtp.client;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.postrider.mail.Reply;
import org.postrider.mail.Reply.Severity;
import org.postrider.sasl.ClientExchange;
import org.postrider.sasl.ClientMechanisms;

/** AUTH (RFC 4954 §4), with the best of the mechanisms that the server offers. */
final class Authentication {
    /** RFC 4954 §4: an initial response that does not fit into a command line goes in a line of its own. */
    private static final int COMMAND_OCTETS_MAX = 510;

    /** SCRAM takes two; no mechanism of ours takes more than three. */
    private static final int CHALLENGES_MAX = 8;

    private static final String CANCEL = "*";
    private static final SecureRandom RANDOM = new SecureRandom();

    private final Wire wire;
    private final ReplyReader replies;
    private final Duration limit;

    /** What came of it. */
    sealed interface Result {
        record Accepted() implements Result {}

        /**
         * @param reply the server's last, {@code null} where none says it
         * @param what a clause that follows the server's name
         */
        record Failed(@Nullable Reply reply, String what) implements Result {}
    }

    /**
     * @param limit for each reply
     */
    Authentication(Wire wire, ReplyReader replies, Duration limit) {
        this.wire = wire;
        this.replies = replies;
        this.limit = limit;
    }

    Result run(ClientCredentials credentials, List<String> offered) throws BrokenWire {
        if (offered.isEmpty()) {
            return new Result.Failed(null, "offers no AUTH");
        }
        // Whether a password may go over this connection at all was decided before.
        Optional<ClientExchange> chosen = ClientMechanisms.choose(
                offered, credentials.user(), credentials.password(), wire.channelBinding(), true, RANDOM);
        return chosen.isEmpty()
                ? new Result.Failed(null, "offers no AUTH mechanism of ours, only " + String.join(" ", offered))
                : play(chosen.get());
    }

    private Result play(ClientExchange exchange) throws BrokenWire {
        Optional<String> unsent = begin(exchange);
        boolean cancelled = false;
        for (int challenges = 0; challenges <= CHALLENGES_MAX; challenges++) {
            Reply reply = read();
            if (reply.severity() != Severity.INTERMEDIATE) {
                return end(exchange, reply, cancelled);
            }
            if (cancelled) {
                throw new BrokenWire(Failure.PROTOCOL, "a challenge after AUTH was cancelled");
            }
            Optional<String> response = unsent.isPresent() ? unsent : respond(exchange, reply);
            unsent = Optional.empty();
            cancelled = response.isEmpty();
            say(response.orElse(CANCEL));
        }
        throw new BrokenWire(Failure.PROTOCOL, "an authentication without an end");
    }

    /** Says AUTH; gives back the initial response where that must wait for the server's 334. */
    private Optional<String> begin(ClientExchange exchange) throws BrokenWire {
        String command = "AUTH " + exchange.mechanism();
        Optional<String> initial = exchange.initialResponse().map(Authentication::encoded);
        if (initial.isEmpty()) {
            say(command);
            return initial;
        }
        // RFC 4954 §4: an initial response of no octets is written as an equals sign.
        String inLine = command + " " + (initial.get().isEmpty() ? "=" : initial.get());
        boolean fits = inLine.length() <= COMMAND_OCTETS_MAX;
        say(fits ? inLine : command);
        return fits ? Optional.empty() : initial;
    }

    /** The answer to a challenge; empty where that is none, and the exchange must be cancelled. */
    private static Optional<String> respond(ClientExchange exchange, Reply challenge) {
        try {
            byte[] octets = challenge.code() == 334 && challenge.lines().size() == 1
                    ? Base64.getDecoder().decode(challenge.lines().getFirst().strip())
                    : null;
            return octets == null ? Optional.empty() : exchange.respond(octets).map(Authentication::encoded);
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    private static Result end(ClientExchange exchange, Reply reply, boolean cancelled) {
        String how = " (" + exchange.mechanism() + ")";
        if (cancelled) {
            return new Result.Failed(
                    null, "sent a challenge that is wrong" + how + ": not the server, or a broken one");
        }
        if (!reply.isPositive()) {
            return new Result.Failed(reply, "did not accept our user name and password" + how);
        }
        return exchange.trustsServer()
                ? new Result.Accepted()
                : new Result.Failed(null, "did not prove that it knows our password" + how);
    }

    private Reply read() throws BrokenWire {
        Reply reply = replies.read(limit);
        if (wire.hasUnread()) {
            throw new BrokenWire(Failure.PROTOCOL, "the peer spoke out of turn after " + reply.text());
        }
        return reply;
    }

    private void say(String line) throws BrokenWire {
        wire.put(line + "\r\n");
        wire.flush();
    }

    private static String encoded(byte[] octets) {
        return new String(Base64.getEncoder().encode(octets), StandardCharsets.US_ASCII);
    }
}
