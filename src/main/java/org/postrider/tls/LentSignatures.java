package org.postrider.tls;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.Security;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What another, faster provider lends to TLS: the signature of the handshake, and nothing else. JSSE takes its signatures
 * from the process's list of providers, so this one stands first there; but it only takes keys that are in the lender's own
 * form, and only {@link #prepared} gives those. Whoever signs or verifies with another key is served as before.
 */
public final class LentSignatures extends Provider {
    private static final long serialVersionUID = 1;
    private static final String NAME = "Postrider-Handshakes";
    private static final String SIGNATURE = "Signature";
    /** Those of TLS 1.2 and 1.3 (RFC 8446 §4.2.3), but for Ed25519, whose keys few certificates have. */
    private static final List<String> ALGORITHMS = List.of(
            "SHA256withECDSA",
            "SHA384withECDSA",
            "SHA512withECDSA",
            "RSASSA-PSS",
            "SHA256withRSA",
            "SHA384withRSA",
            "SHA512withRSA");

    /** What keys of those are called. */
    private static final Set<String> KEYS = Set.of("EC", "RSA");

    private final transient Provider lender;

    private LentSignatures(Provider lender) {
        super(NAME, "1", "signatures of TLS handshakes by " + lender.getName());
        this.lender = lender;
        ALGORITHMS.stream()
                .map(algorithm -> lender.getService(SIGNATURE, algorithm))
                .filter(Objects::nonNull)
                .forEach(service -> putService(new Lent(service)));
    }

    /** Has the process ask this lender; from the second call on nothing changes. */
    public static LentSignatures by(Provider lender) {
        if (Security.getProvider(NAME) instanceof LentSignatures there) {
            return there;
        }
        LentSignatures made = new LentSignatures(lender);
        Security.insertProviderAt(made, 1);
        return made;
    }

    /** The key in the lender's form; the same where it has none for it. */
    public PrivateKey prepared(PrivateKey key) {
        if (!KEYS.contains(key.getAlgorithm())) {
            return key;
        }
        try {
            PrivateKey own = (PrivateKey)
                    KeyFactory.getInstance(key.getAlgorithm(), lender).translateKey(key);
            return isOwn(own) ? own : key;
        } catch (GeneralSecurityException e) {
            return key;
        }
    }

    private boolean isOwn(@Nullable Object key) {
        return key instanceof PrivateKey
                && key.getClass().getPackageName().equals(lender.getClass().getPackageName());
    }

    /** A service of the lender's for its own keys. */
    private final class Lent extends Service {
        private final Service service;

        Lent(Service service) {
            super(LentSignatures.this, SIGNATURE, service.getAlgorithm(), service.getClassName(), null, null);
            this.service = service;
        }

        @Override
        public boolean supportsParameter(@Nullable Object parameter) {
            return isOwn(parameter);
        }

        @Override
        public Object newInstance(@Nullable Object parameter) throws NoSuchAlgorithmException {
            return service.newInstance(parameter);
        }
    }
}
