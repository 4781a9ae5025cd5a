package org.postrider.sasl;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/** LOGIN (draft-murchison-sasl-login), the client's side: the name first and the password next, whatever the prompts say. */
final class LoginClient implements ClientExchange {
    private final Deque<byte[]> answers;

    LoginClient(String user, String password) {
        this.answers = new ArrayDeque<>(List.of(Texts.octets(user), Texts.octets(password)));
    }

    @Override
    public String mechanism() {
        return Mechanism.LOGIN.text();
    }

    /** Old servers know no initial response here. */
    @Override
    public Optional<byte[]> initialResponse() {
        return Optional.empty();
    }

    @Override
    public Optional<byte[]> respond(byte[] challenge) {
        return Optional.ofNullable(answers.poll());
    }

    @Override
    public boolean trustsServer() {
        return true;
    }
}
