package org.postrider.reception;

import java.util.function.Supplier;
import org.postrider.mailauth.verify.MessageVerifier;
import org.postrider.mailauth.verify.Verified;
import org.postrider.policy.Authenticity;
import org.postrider.policy.AuthenticitySettings;

/**
 * Has the messages of mx listeners verified and judged.
 *
 * <p>Thread: any.
 *
 * @param verifier asked once for each message, as {@code settings} are
 * @param told hears of each message of a stranger that was verified, with the judgement on it, for reports; must not block
 */
public record AuthenticityDesk(Supplier<MessageVerifier> verifier, Supplier<AuthenticitySettings> settings, Told told) {
    /** Who counts what was verified. */
    @FunctionalInterface
    public interface Told {
        void verified(Verified verified, Authenticity.Judged judged);
    }

    Authenticity judge() {
        return new Authenticity(settings.get());
    }
}
