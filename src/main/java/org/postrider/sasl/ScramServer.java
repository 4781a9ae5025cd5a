package org.postrider.sasl;

import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * SCRAM (RFC 5802, RFC 7677), the server's side, with or without binding to the TLS session.
 *
 * <p>Three rounds: the client names itself, the server sends salt and nonce; the client proves that it has the password, the
 * server that it has the verifier; the client acknowledges. Errors are told by SMTP's reply and not by {@code e=}, which
 * RFC 5802 §7 leaves to the server. An account that is not there goes all the way to the proof, and fails there.
 */
final class ScramServer implements ServerExchange {
    private static final Pattern FIRST =
            Pattern.compile("(?<header>(?:(?<flag>[ny])|p=(?<binding>[A-Za-z0-9.-]{1,64})),"
                    + "(?:a=(?<other>[^,\\x00]+))?,)(?<bare>n=(?<user>[^,\\x00]+),r=(?<nonce>" + ScramText.PRINTABLE
                    + ")(?:,[^\\x00]*)?)");
    private static final Pattern FINAL = Pattern.compile(
            "c=(?<binding>[A-Za-z0-9+/]+={0,2}),r=(?<nonce>[\\x21-\\x2b\\x2d-\\x7e]{1,1024})(?:,[^\\x00]*)?");
    private static final String PROOF = ",p=";

    private final Mechanism mechanism;
    private final String hash;
    private final Credentials credentials;
    private final Binding binding;
    private final String ownNonce;
    private @Nullable State state = new State.Begun();

    /** Whether the exchange is bound to a TLS session. */
    sealed interface Binding {
        @SuppressWarnings("ArrayRecordComponent") // carries bytes, is never compared
        record Bound(byte[] octets) implements Binding {}

        /** @param plusOffered whether the client could have chosen the bound form, by what the server told */
        record Unbound(boolean plusOffered) implements Binding {}
    }

    private sealed interface State {
        record Begun() implements State {}

        record Challenged(First first, Credentials.Verifier verifier, String challenge) implements State {}

        record Proved(String user) implements State {}
    }

    private record First(String header, String bare, String user, String nonce) {}

    ScramServer(Mechanism mechanism, Credentials credentials, Binding binding, SecureRandom random) {
        this(mechanism, credentials, binding, ScramText.nonce(random));
    }

    /** With a nonce that is known, as the vectors of the RFCs have it. */
    ScramServer(Mechanism mechanism, Credentials credentials, Binding binding, String nonce) {
        this.mechanism = mechanism;
        this.hash = mechanism.scramHash().orElseThrow();
        this.credentials = credentials;
        this.binding = binding;
        this.ownNonce = nonce;
    }

    @Override
    public Step step(byte @Nullable [] response) {
        State now = state;
        if (now == null) {
            throw new IllegalStateException(mechanism.text() + " is over");
        }
        if (response == null) {
            return new Step.Challenge(new byte[0]);
        }
        Step step = switch (now) {
            case State.Begun _ -> first(response);
            case State.Challenged challenged -> proof(challenged, response);
            case State.Proved(String user) -> acknowledged(user, response);
        };
        if (!(step instanceof Step.Challenge)) {
            state = null;
        }
        return step;
    }

    private Step first(byte[] response) {
        Optional<First> read = Texts.utf8(response).flatMap(this::read);
        if (read.isEmpty()) {
            return new Step.Refused(Refusal.MALFORMED, "");
        }
        First first = read.get();
        Optional<Credentials.Verifier> verifier = credentials.scram(first.user(), hash);
        if (verifier.isEmpty()) {
            return new Step.Refused(Refusal.UNAVAILABLE, first.user());
        }
        String challenge = "r=" + first.nonce() + ownNonce + ",s="
                + ScramText.base64(verifier.get().salt()) + ",i="
                + verifier.get().iterations();
        state = new State.Challenged(first, verifier.get(), challenge);
        return new Step.Challenge(Texts.octets(challenge));
    }

    private Optional<First> read(String message) {
        Matcher matcher = FIRST.matcher(message);
        if (!matcher.matches() || !bindsAsAgreed(matcher.group("flag"), matcher.group("binding"))) {
            return Optional.empty();
        }
        Optional<String> user = ScramText.unescape(matcher.group("user")).flatMap(Texts::name);
        String other = matcher.group("other");
        boolean forAnother =
                other != null && !ScramText.unescape(other).flatMap(Texts::name).equals(user);
        return forAnother
                ? Optional.empty()
                : user.map(name ->
                        new First(matcher.group("header"), matcher.group("bare"), name, matcher.group("nonce")));
    }

    /**
     * RFC 5802 §6: {@code p} goes with the bound form and only with it. {@code y} says that the client could bind and saw no
     * server that could: where we offered it, somebody in between has taken it out of the list.
     */
    private boolean bindsAsAgreed(@Nullable String flag, @Nullable String name) {
        return switch (binding) {
            case Binding.Bound _ -> ScramText.BINDING_NAME.equals(name);
            case Binding.Unbound(boolean plusOffered) -> "n".equals(flag) || ("y".equals(flag) && !plusOffered);
        };
    }

    private Step proof(State.Challenged challenged, byte[] response) {
        First first = challenged.first();
        String message = Texts.utf8(response).orElse("");
        int end = message.lastIndexOf(PROOF);
        Matcher matcher = FINAL.matcher(end < 0 ? "" : message.substring(0, end));
        Optional<byte[]> proof =
                end < 0 ? Optional.empty() : ScramText.unbase64(message.substring(end + PROOF.length()));
        if (!matcher.matches() || proof.isEmpty()) {
            return new Step.Refused(Refusal.MALFORMED, first.user());
        }
        byte[] octets = switch (binding) {
            case Binding.Bound(byte[] bound) -> bound;
            case Binding.Unbound _ -> new byte[0];
        };
        boolean bound = MessageDigest.isEqual(
                ScramText.unbase64(matcher.group("binding")).orElse(new byte[0]),
                ScramText.bindingInput(first.header(), octets));
        boolean fresh = matcher.group("nonce").equals(first.nonce() + ownNonce);
        byte[] authMessage =
                Texts.octets(first.bare() + "," + challenged.challenge() + "," + message.substring(0, end));
        Credentials.Verifier verifier = challenged.verifier();
        boolean knows = proves(verifier.storedKey(), authMessage, proof.get());
        if (!(bound && fresh && knows && verifier.usable())) {
            return new Step.Refused(Refusal.BAD_CREDENTIALS, first.user());
        }
        state = new State.Proved(verifier.user());
        String signature = ScramText.base64(ScramKeys.hmac(hash, verifier.serverKey(), authMessage));
        // RFC 4954 §4: 235 carries nothing, so that the last word of the server goes in a challenge of its own.
        return new Step.Challenge(Texts.octets("v=" + signature));
    }

    private boolean proves(byte[] storedKey, byte[] authMessage, byte[] proof) {
        byte[] signature = ScramKeys.hmac(hash, storedKey, authMessage);
        return proof.length == signature.length
                && MessageDigest.isEqual(ScramKeys.hash(hash, ScramKeys.xor(proof, signature)), storedKey);
    }

    private Step acknowledged(String user, byte[] response) {
        return response.length == 0
                ? new Step.Accepted(new Login(user, mechanism.text()))
                : new Step.Refused(Refusal.MALFORMED, user);
    }
}
