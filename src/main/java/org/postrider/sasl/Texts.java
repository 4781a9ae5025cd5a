package org.postrider.sasl;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** What the messages of all mechanisms have in common: text, strictly read and bounded. */
final class Texts {
    /** RFC 4616 §2 wants 255 octets at least; no address is longer. */
    static final int NAME_OCTETS_MAX = 255;

    static final int PASSWORD_OCTETS_MAX = 1_024;

    private Texts() {}

    /** The text of octets that are UTF-8; empty where they are not. */
    static Optional<String> utf8(byte[] octets) {
        try {
            return Optional.of(StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(octets))
                    .toString());
        } catch (CharacterCodingException _) {
            return Optional.empty();
        }
    }

    /** A user name as all mechanisms take it: prepared, not empty, not endless. */
    static Optional<String> name(String written) {
        return bounded(written, NAME_OCTETS_MAX);
    }

    /** A password, prepared; the empty one is left to its caller, since it must never reach a directory. */
    static Optional<String> password(String written) {
        return written.isEmpty() ? Optional.of("") : bounded(written, PASSWORD_OCTETS_MAX);
    }

    private static Optional<String> bounded(String written, int octetsMax) {
        return written.length() > octetsMax
                ? Optional.empty()
                : SaslPrep.prepare(written)
                        .filter(text -> !text.isEmpty() && text.getBytes(StandardCharsets.UTF_8).length <= octetsMax);
    }

    static byte[] octets(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** What an exchange that was judged says. */
    static Step step(Credentials.Judgement judgement, Mechanism mechanism, String claimed) {
        return switch (judgement) {
            case Credentials.Judgement.Known(String user) -> new Step.Accepted(new Login(user, mechanism.text()));
            case Credentials.Judgement.Unknown(Refusal refusal) -> new Step.Refused(refusal, claimed);
        };
    }
}
