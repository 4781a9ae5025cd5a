package org.postrider.sasl;

import java.util.Optional;

/** PLAIN (RFC 4616), the client's side. */
final class PlainClient implements ClientExchange {
    private final byte[] message;
    private boolean sent;

    PlainClient(String user, String password) {
        this.message = Texts.octets("\0" + user + "\0" + password);
    }

    @Override
    public String mechanism() {
        return Mechanism.PLAIN.text();
    }

    @Override
    public Optional<byte[]> initialResponse() {
        sent = true;
        return Optional.of(message.clone());
    }

    @Override
    public Optional<byte[]> respond(byte[] challenge) {
        // The empty challenge of a server that would not take the message with AUTH.
        boolean asked = !sent && challenge.length == 0;
        sent = true;
        return asked ? Optional.of(message.clone()) : Optional.empty();
    }

    /** TLS has shown who the server is; PLAIN proves nothing more. */
    @Override
    public boolean trustsServer() {
        return true;
    }
}
