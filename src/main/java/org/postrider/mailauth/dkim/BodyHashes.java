package org.postrider.mailauth.dkim;

import java.security.MessageDigest;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The hashes of one body that signatures ask for, each made once, in one pass: first they say what they want, then the octets
 * come in slices of any size, then the end.
 *
 * <p>Thread: confined.
 */
public final class BodyHashes {
    /** No limit: all of the body. */
    public static final long WHOLE = Long.MAX_VALUE;

    private final CryptoProviders crypto;
    private final Map<Canonicalization, Form> forms = new EnumMap<>(Canonicalization.class);
    private boolean begun;
    private boolean finished;

    /** One canonical form and what is made of it. */
    private static final class Form {
        private final HashedOctets octets = new HashedOctets();
        private final BodyForm body;
        private final Map<Long, BodyHash> hashes = new HashMap<>();

        Form(Canonicalization canonicalization) {
            body = switch (canonicalization) {
                case SIMPLE -> new SimpleBody(octets);
                case RELAXED -> new RelaxedBody(octets);
            };
        }
    }

    public BodyHashes(CryptoProviders crypto) {
        this.crypto = crypto;
    }

    /** A hash that is known at the end. */
    public final class BodyHash {
        private final HashedOctets octets;
        private final MessageDigest digest;
        private byte @Nullable [] value;

        private BodyHash(HashedOctets octets, MessageDigest digest) {
            this.octets = octets;
            this.digest = digest;
        }

        /** SHA-256 of the canonical body, or of its first octets. */
        public byte[] value() {
            checkFinished();
            if (value == null) {
                value = digest.digest();
            }
            return value.clone();
        }

        /** How long all of the canonical body is, in octets. */
        public long bodyOctets() {
            checkFinished();
            return octets.octets();
        }

        private void checkFinished() {
            if (!finished) {
                throw new IllegalStateException("the body has not ended");
            }
        }
    }

    /**
     * Asks for a hash, before the first octet of the body.
     *
     * @param limit octets of the canonical body, {@link #WHOLE} for all
     */
    public BodyHash want(Canonicalization canonicalization, long limit) {
        if (begun) {
            throw new IllegalStateException("the body has begun");
        }
        Form form = forms.computeIfAbsent(canonicalization, Form::new);
        return form.hashes.computeIfAbsent(limit, _ -> {
            MessageDigest digest = crypto.sha256();
            form.octets.hash(digest, limit);
            return new BodyHash(form.octets, digest);
        });
    }

    /** Takes the next octets of the body: what follows the empty line after the header section. */
    public void write(byte[] octets, int from, int length) {
        begun = true;
        for (Form form : forms.values()) {
            form.body.write(octets, from, length);
        }
    }

    /** Says that the body ends here. A second call changes nothing. */
    public void finish() {
        if (finished) {
            return;
        }
        begun = true;
        finished = true;
        for (Form form : forms.values()) {
            form.body.finish();
            form.octets.flush();
        }
    }
}
