package org.postrider.sasl;

import java.security.MessageDigest;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** SCRAM (RFC 5802, RFC 7677), the client's side. The server must prove that it has the verifier of the password. */
final class ScramClient implements ClientExchange {
    private static final Pattern FIRST = Pattern.compile(
            "r=(?<nonce>[\\x21-\\x2b\\x2d-\\x7e]{1,1024}),s=(?<salt>[A-Za-z0-9+/]+={0,2}),i=(?<iterations>[1-9][0-9]{0,8})(?:,.*)?");

    private final Mechanism mechanism;
    private final String hash;
    private final String password;
    private final byte[] binding;
    private final String nonce;
    private final String header;
    private final String bare;
    private byte @Nullable [] expected;
    private boolean began;
    private boolean trusted;

    /**
     * @param user prepared, as the password
     * @param binding of the TLS session: used in the -PLUS forms; in the others its presence says that the server offered none
     */
    ScramClient(Mechanism mechanism, String user, String password, Optional<byte[]> binding, String nonce) {
        this.mechanism = mechanism;
        this.hash = mechanism.scramHash().orElseThrow();
        this.password = password;
        this.binding = mechanism.binds() ? binding.orElseThrow() : new byte[0];
        this.nonce = nonce;
        String unbound = binding.isPresent() ? "y,," : "n,,";
        this.header = mechanism.binds() ? "p=" + ScramText.BINDING_NAME + ",," : unbound;
        this.bare = "n=" + ScramText.escape(user) + ",r=" + nonce;
    }

    @Override
    public String mechanism() {
        return mechanism.text();
    }

    @Override
    public Optional<byte[]> initialResponse() {
        began = true;
        return Optional.of(Texts.octets(header + bare));
    }

    @Override
    public Optional<byte[]> respond(byte[] challenge) {
        if (!began) {
            return challenge.length == 0 ? initialResponse() : Optional.empty();
        }
        byte[] signature = expected;
        return signature == null
                ? Texts.utf8(challenge).flatMap(this::prove)
                : Texts.utf8(challenge).flatMap(text -> verify(text, signature));
    }

    private Optional<byte[]> prove(String challenge) {
        Matcher matcher = FIRST.matcher(challenge);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        int iterations = Integer.parseInt(matcher.group("iterations"));
        Optional<byte[]> salt = ScramText.unbase64(matcher.group("salt"));
        String whole = matcher.group("nonce");
        boolean sound = whole.startsWith(nonce)
                && whole.length() > nonce.length()
                && iterations >= ScramKeys.ITERATIONS_MIN
                && iterations <= ScramKeys.ITERATIONS_MAX;
        if (!sound || salt.isEmpty()) {
            return Optional.empty();
        }
        byte[] salted = ScramKeys.salted(hash, password, salt.get(), iterations);
        byte[] clientKey = ScramKeys.clientKey(hash, salted);
        String rest = "c=" + ScramText.base64(ScramText.bindingInput(header, binding)) + ",r=" + whole;
        byte[] authMessage = Texts.octets(bare + "," + challenge + "," + rest);
        byte[] signature = ScramKeys.hmac(hash, ScramKeys.hash(hash, clientKey), authMessage);
        expected = ScramKeys.hmac(hash, ScramKeys.serverKey(hash, salted), authMessage);
        return Optional.of(Texts.octets(rest + ",p=" + ScramText.base64(ScramKeys.xor(clientKey, signature))));
    }

    private Optional<byte[]> verify(String challenge, byte[] signature) {
        Optional<byte[]> told =
                challenge.startsWith("v=") ? ScramText.unbase64(challenge.substring(2)) : Optional.empty();
        trusted = told.isPresent() && MessageDigest.isEqual(told.get(), signature);
        return trusted ? Optional.of(new byte[0]) : Optional.empty();
    }

    @Override
    public boolean trustsServer() {
        return trusted;
    }
}
