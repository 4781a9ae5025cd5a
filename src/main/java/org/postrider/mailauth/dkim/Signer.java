package org.postrider.mailauth.dkim;

import java.util.concurrent.CompletionStage;

/**
 * Who holds a private key and signs with it: this process ({@link KeySigner}), or something that keeps the key to itself.
 *
 * <p>Thread: any.
 */
public interface Signer {
    SigningAlgorithm algorithm();

    /**
     * Signs. The stage fails where that cannot be done, now or ever; nothing is thrown.
     *
     * @param octets what is signed, hashed by whoever signs as the algorithm says. Nobody changes them afterwards
     */
    CompletionStage<byte[]> sign(byte[] octets);
}
