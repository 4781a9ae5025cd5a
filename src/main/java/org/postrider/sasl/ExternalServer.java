package org.postrider.sasl;

import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** EXTERNAL (RFC 4422 appendix A): the client's certificate says who it is, the message at most which of its names. */
final class ExternalServer implements ServerExchange {
    private final Credentials credentials;
    private final List<X509Certificate> chain;
    private boolean over;

    ExternalServer(Credentials credentials, List<X509Certificate> chain) {
        this.credentials = credentials;
        this.chain = chain;
    }

    @Override
    public Step step(byte @Nullable [] response) {
        if (over) {
            throw new IllegalStateException("EXTERNAL is over");
        }
        if (response == null) {
            return new Step.Challenge(new byte[0]);
        }
        over = true;
        Optional<String> name =
                response.length == 0 ? Optional.of("") : Texts.utf8(response).flatMap(Texts::name);
        return name.isEmpty()
                ? new Step.Refused(Refusal.MALFORMED, "")
                : Texts.step(credentials.certificate(name.get(), chain), Mechanism.EXTERNAL, name.get());
    }
}
