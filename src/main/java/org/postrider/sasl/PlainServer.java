package org.postrider.sasl;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** PLAIN (RFC 4616): {@code [authzid] NUL authcid NUL passwd}. Nobody may act for another, so an authzid must be the authcid. */
final class PlainServer implements ServerExchange {
    private static final int FIELDS = 3;

    private final Credentials credentials;
    private boolean over;

    PlainServer(Credentials credentials) {
        this.credentials = credentials;
    }

    @Override
    public Step step(byte @Nullable [] response) {
        if (over) {
            throw new IllegalStateException("PLAIN is over");
        }
        if (response == null) {
            return new Step.Challenge(new byte[0]);
        }
        over = true;
        Optional<String> message = Texts.utf8(response);
        if (message.isEmpty()) {
            return new Step.Refused(Refusal.MALFORMED, "");
        }
        String[] fields = message.get().split("\0", -1);
        if (fields.length != FIELDS) {
            return new Step.Refused(Refusal.MALFORMED, "");
        }
        String user = fields[1];
        boolean forAnother = !fields[0].isEmpty() && !Texts.name(fields[0]).equals(Texts.name(user));
        return forAnother
                ? new Step.Refused(Refusal.BAD_CREDENTIALS, Texts.name(user).orElse(""))
                : PasswordCheck.step(credentials, Mechanism.PLAIN, user, fields[2]);
    }
}
