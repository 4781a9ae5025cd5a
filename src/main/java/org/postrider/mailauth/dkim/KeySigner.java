package org.postrider.mailauth.dkim;

import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/** Signs with a key in memory, on threads of an executor such as {@link SigningLanes}. */
public final class KeySigner implements Signer {
    private final CryptoProviders crypto;
    private final Executor executor;
    private final SigningAlgorithm algorithm;
    private final PrivateKey key;

    public KeySigner(CryptoProviders crypto, Executor executor, DkimKeyPair pair) {
        this.crypto = crypto;
        this.executor = executor;
        this.algorithm = pair.algorithm();
        this.key = crypto.prepared(pair.algorithm(), pair.privateKey());
    }

    @Override
    public SigningAlgorithm algorithm() {
        return algorithm;
    }

    @Override
    public CompletionStage<byte[]> sign(byte[] octets) {
        try {
            return CompletableFuture.supplyAsync(() -> signNow(octets), executor);
        } catch (RejectedExecutionException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private byte[] signNow(byte[] octets) {
        try {
            return crypto.sign(algorithm, key, octets);
        } catch (GeneralSecurityException e) {
            throw new CompletionException(e);
        }
    }
}
