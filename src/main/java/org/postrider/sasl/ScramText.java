package org.postrider.sasl;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Pattern;

/** How SCRAM writes what it sends (RFC 5802 §5.1, §7). */
final class ScramText {
    /** RFC 9266: the only channel binding there is here; tls-unique is broken (RFC 7627) and gone with TLS 1.3. */
    static final String BINDING_NAME = "tls-exporter";

    static final String PRINTABLE = "[\\x21-\\x2b\\x2d-\\x7e]{1,512}";
    private static final int NONCE_OCTETS = 24;
    private static final Pattern BAD_ESCAPE = Pattern.compile("=(?!2C|3D)");

    private ScramText() {}

    static String nonce(SecureRandom random) {
        byte[] octets = new byte[NONCE_OCTETS];
        random.nextBytes(octets);
        return Base64.getEncoder().encodeToString(octets);
    }

    /** A saslname: a comma is {@code =2C}, an equals sign {@code =3D}. */
    static String escape(String name) {
        return name.replace("=", "=3D").replace(",", "=2C");
    }

    /** Empty where an equals sign begins anything else. */
    static Optional<String> unescape(String saslname) {
        return BAD_ESCAPE.matcher(saslname).find()
                ? Optional.empty()
                : Optional.of(saslname.replace("=2C", ",").replace("=3D", "="));
    }

    static String base64(byte[] octets) {
        return Base64.getEncoder().encodeToString(octets);
    }

    static Optional<byte[]> unbase64(String text) {
        try {
            return Optional.of(Base64.getDecoder().decode(text.getBytes(StandardCharsets.ISO_8859_1)));
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    /** What {@code c=} carries: the GS2 header as the client sent it, and the binding where there is one. */
    static byte[] bindingInput(String header, byte[] binding) {
        byte[] head = Texts.octets(header);
        byte[] input = new byte[head.length + binding.length];
        System.arraycopy(head, 0, input, 0, head.length);
        System.arraycopy(binding, 0, input, head.length, binding.length);
        return input;
    }
}
