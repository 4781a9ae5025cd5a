package org.postrider.sasl;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** OAUTHBEARER (RFC 7628) and XOAUTH2: a token that somebody else gave out. */
final class BearerServer implements ServerExchange {
    private final BearerForm form;
    private final Credentials credentials;
    private Step.@Nullable Refused pending;
    private boolean over;

    BearerServer(BearerForm form, Credentials credentials) {
        this.form = form;
        this.credentials = credentials;
    }

    @Override
    public Step step(byte @Nullable [] response) {
        if (over) {
            throw new IllegalStateException(form + " is over");
        }
        if (response == null) {
            return new Step.Challenge(new byte[0]);
        }
        if (pending != null) {
            // RFC 7628 §3.2.3: whatever the client answers to the error, the exchange has failed.
            over = true;
            return pending;
        }
        return judge(Texts.utf8(response).flatMap(form::read));
    }

    private Step judge(Optional<BearerForm.Bearer> bearer) {
        if (bearer.isEmpty()) {
            over = true;
            return new Step.Refused(Refusal.MALFORMED, "");
        }
        String user = bearer.get().user();
        String token = bearer.get().token();
        Step step = token.isEmpty()
                ? new Step.Refused(Refusal.BAD_CREDENTIALS, user)
                : Texts.step(credentials.token(user, token), form.mechanism(), user);
        if (step instanceof Step.Refused refused && refused.refusal() == Refusal.BAD_CREDENTIALS) {
            pending = refused;
            return new Step.Challenge(Texts.octets(form.error()));
        }
        over = true;
        return step;
    }
}
