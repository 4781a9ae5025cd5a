package org.postrider.sasl;

import java.util.Optional;

/** What PLAIN and LOGIN have in common: a name and a password, as they were sent. */
final class PasswordCheck {
    private PasswordCheck() {}

    static Step step(Credentials credentials, Mechanism mechanism, String user, String password) {
        Optional<String> name = Texts.name(user);
        Optional<String> secret = Texts.password(password);
        if (name.isEmpty() || secret.isEmpty()) {
            return new Step.Refused(Refusal.MALFORMED, name.orElse(""));
        }
        // RFC 4513 §5.1.2: to a directory, a bind with a name and no password is an anonymous one, and succeeds.
        if (secret.get().isEmpty()) {
            return new Step.Refused(Refusal.BAD_CREDENTIALS, name.get());
        }
        return Texts.step(credentials.password(name.get(), secret.get()), mechanism, name.get());
    }
}
