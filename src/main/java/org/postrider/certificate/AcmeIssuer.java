package org.postrider.certificate;

import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Asks an authority for a certificate. Blocks until it has answered. */
interface AcmeIssuer {
    /** What came of it. */
    sealed interface Answer {
        /**
         * @param chain the new certificate first
         */
        record Issued(List<X509Certificate> chain, PrivateKey key) implements Answer {
            @Override
            public String toString() {
                return "Issued[" + chain.getFirst().getSubjectX500Principal() + "]";
            }
        }

        /**
         * @param words the authority's own where it has said something
         * @param notBefore before when it does not want to be asked again
         */
        record Refused(String words, Optional<Instant> notBefore) implements Answer {}
    }

    /**
     * @param account the file that keeps the account's key; made where there is none
     */
    Answer issue(AcmeSettings settings, Path account) throws InterruptedException;
}
