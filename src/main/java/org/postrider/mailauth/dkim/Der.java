package org.postrider.mailauth.dkim;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.HexFormat;

/** The little of DER that wraps bare keys into what the JDK reads, and unwraps them again. */
final class Der {
    private static final int BIT_STRING = 0x03;
    private static final int OCTET_STRING = 0x04;
    private static final int SEQUENCE = 0x30;

    private static final byte[] VERSION_0 = HexFormat.of().parseHex("020100");
    /** rsaEncryption with its NULL (RFC 8017 appendix A.1). */
    private static final byte[] RSA_ALGORITHM = HexFormat.of().parseHex("300d06092a864886f70d0101010500");
    /** id-Ed25519 (RFC 8410 §3). */
    private static final byte[] ED25519_ALGORITHM = HexFormat.of().parseHex("300506032b6570");

    private Der() {}

    /** Whether this is a SubjectPublicKeyInfo, and not a bare RSAPublicKey, which begins with an integer. */
    static boolean isSequenceOfSequence(byte[] der) {
        int at = der.length < 2 || der[1] >= 0 ? 2 : 2 + (der[1] & 0x7f);
        return at < der.length && der[0] == SEQUENCE && der[at] == SEQUENCE;
    }

    /** RSAPublicKey (RFC 8017 appendix A.1.1), as RFC 6376 says that {@code p=} holds it. */
    static byte[] rsaPublicKeyInfo(byte[] publicKey) {
        return sequence(RSA_ALGORITHM, bitString(publicKey));
    }

    static byte[] ed25519PublicKeyInfo(byte[] point) {
        return sequence(ED25519_ALGORITHM, bitString(point));
    }

    /** The last 32 octets, as those of a SubjectPublicKeyInfo of Ed25519 are its point. */
    static byte[] ed25519Point(byte[] keyInfo) {
        return Arrays.copyOfRange(keyInfo, keyInfo.length - 32, keyInfo.length);
    }

    /** RSAPrivateKey (RFC 8017 appendix A.1.2) as PKCS #8 has it. */
    static byte[] rsaPrivateKeyInfo(byte[] privateKey) {
        return sequence(VERSION_0, RSA_ALGORITHM, element(OCTET_STRING, privateKey));
    }

    private static byte[] bitString(byte[] content) {
        byte[] padded = new byte[content.length + 1];
        System.arraycopy(content, 0, padded, 1, content.length);
        return element(BIT_STRING, padded);
    }

    private static byte[] sequence(byte[]... elements) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] element : elements) {
            all.writeBytes(element);
        }
        return element(SEQUENCE, all.toByteArray());
    }

    private static byte[] element(int tag, byte[] content) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.write(tag);
        byte[] length = BigInteger.valueOf(content.length).toByteArray();
        int from = length.length > 1 && length[0] == 0 ? 1 : 0;
        if (content.length >= 0x80) {
            all.write(0x80 + length.length - from);
        }
        all.write(length, from, length.length - from);
        all.writeBytes(content);
        return all.toByteArray();
    }
}
