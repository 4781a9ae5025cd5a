package org.postrider.reception;

import java.net.InetAddress;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.postrider.account.Accounts;
import org.postrider.account.Caller;
import org.postrider.account.Guard;
import org.postrider.mail.Reply;
import org.postrider.sasl.Login;
import org.postrider.sasl.Refusal;
import org.postrider.sasl.ServerMechanisms;
import org.postrider.smtp.server.Receptionist.Authentication;

/**
 * Where the client of one session authenticates: what is offered to it, and what failures cost it.
 *
 * <p>Thread: confined to a session, which it makes wait after a failure.
 */
final class LoginDesk {
    private static final Reply AUTHENTICATED = Reply.of(235, "2.7.0", "Authentication successful");
    private static final Reply BAD_CREDENTIALS = Reply.of(535, "5.7.8", "Authentication credentials invalid");
    private static final Reply DISABLED = Reply.of(535, "5.7.13", "User account is disabled");
    private static final Reply MALFORMED = Reply.of(501, "5.5.2", "Authentication message is malformed");
    private static final Reply CANCELLED = Reply.of(501, "5.7.0", "Authentication cancelled");
    private static final Reply TEMPORARY = Reply.of(454, "4.7.0", "Temporary authentication failure");
    private static final Reply TOO_MANY_FAILURES = Reply.of(421, "4.7.0", "Too many authentication failures");

    private static final SecureRandom RANDOM = new SecureRandom();

    private final @Nullable Accounts accounts;
    private final InetAddress client;
    private Optional<byte[]> binding = Optional.empty();
    private List<X509Certificate> chain = List.of();
    private @Nullable ServerMechanisms mechanisms;
    private @Nullable Caller caller;

    /** @param accounts {@code null} where nobody can authenticate */
    LoginDesk(@Nullable Accounts accounts, InetAddress client) {
        this.accounts = accounts;
        this.client = client;
    }

    /**
     * TLS has begun: what can be offered is another now.
     *
     * @param verified the client's certificates where an authority that we know vouches for them, else empty
     */
    void secured(Optional<byte[]> channelBinding, List<X509Certificate> verified) {
        binding = channelBinding;
        chain = verified;
        mechanisms = null;
        caller = null;
    }

    List<String> mechanisms() {
        ServerMechanisms offered = offered();
        return offered == null ? List.of() : offered.names();
    }

    private @Nullable ServerMechanisms offered() {
        if (mechanisms == null && accounts != null) {
            Caller asking = accounts.caller(client);
            caller = asking;
            mechanisms = new ServerMechanisms(accounts.settings().mechanisms(), asking, binding, chain, RANDOM);
        }
        return mechanisms;
    }

    Authentication begin(String mechanism) {
        ServerMechanisms offered = offered();
        Caller asking = caller;
        if (offered == null || asking == null) {
            return new Authentication.Refused(TEMPORARY);
        }
        if (!asking.mayTry()) {
            return new Authentication.Refused(TOO_MANY_FAILURES);
        }
        return offered.begin(mechanism)
                .<Authentication>map(Authentication.Begun::new)
                .orElseGet(() -> new Authentication.Refused(TEMPORARY));
    }

    Reply accepted(Login login) {
        if (caller != null) {
            caller.accepted(login);
        }
        return AUTHENTICATED;
    }

    Reply refused(Refusal refusal, String user) {
        Caller asking = caller;
        if (asking == null) {
            return reply(refusal);
        }
        Guard.Penalty penalty = asking.refused(refusal, user);
        return asking.await(penalty) && !penalty.hangUp() ? reply(refusal) : TOO_MANY_FAILURES;
    }

    private static Reply reply(Refusal refusal) {
        return switch (refusal) {
            case BAD_CREDENTIALS -> BAD_CREDENTIALS;
            case DISABLED -> DISABLED;
            case MALFORMED -> MALFORMED;
            case CANCELLED -> CANCELLED;
            case UNAVAILABLE -> TEMPORARY;
        };
    }
}
