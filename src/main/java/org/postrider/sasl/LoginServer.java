package org.postrider.sasl;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** LOGIN (draft-murchison-sasl-login): asks for the name, then for the password. An initial response is the name. */
final class LoginServer implements ServerExchange {
    private static final byte[] NAME = Texts.octets("Username:");
    private static final byte[] PASSWORD = Texts.octets("Password:");

    private final Credentials credentials;
    private @Nullable String user;
    private boolean over;

    LoginServer(Credentials credentials) {
        this.credentials = credentials;
    }

    @Override
    public Step step(byte @Nullable [] response) {
        if (over) {
            throw new IllegalStateException("LOGIN is over");
        }
        if (response == null) {
            return new Step.Challenge(NAME.clone());
        }
        Optional<String> text = Texts.utf8(response);
        if (user == null && text.isPresent() && Texts.name(text.get()).isPresent()) {
            user = text.get();
            return new Step.Challenge(PASSWORD.clone());
        }
        over = true;
        return user == null || text.isEmpty()
                ? new Step.Refused(Refusal.MALFORMED, "")
                : PasswordCheck.step(credentials, Mechanism.LOGIN, user, text.get());
    }
}
