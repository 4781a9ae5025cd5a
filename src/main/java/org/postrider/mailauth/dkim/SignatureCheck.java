package org.postrider.mailauth.dkim;

import java.security.MessageDigest;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.postrider.mailauth.AuthResult;
import org.postrider.mailauth.dkim.BodyHashes.BodyHash;
import org.postrider.mailauth.dkim.DkimSettings.BodyLimits;
import org.postrider.mailauth.dkim.KeyLookups.KeyAnswer;
import org.postrider.mailauth.dkim.SignatureField.Kind;

/**
 * The check of one signature (RFC 6376 §6.1.2, §6.1.3), of DKIM or of ARC. Making it asks for the key and for the hash of the
 * body; the verdict is to be had when the body has ended.
 *
 * <p>Thread: confined.
 */
public final class SignatureCheck {
    static final String BODY_CHANGED = "the body has changed";

    private final MessagePass pass;
    private final SignatureField signature;
    private final @Nullable Verdict early;
    private final @Nullable BodyHash bodyHash;

    /**
     * What a check came to.
     *
     * @param reason for people; empty where it passed
     * @param keyBits of the key that was used, 0 where none was
     * @param testing the key says that its domain only tries ({@code t=y})
     * @param bodyLimited {@code l=} left octets of the body uncovered
     */
    public record Verdict(AuthResult result, String reason, int keyBits, boolean testing, boolean bodyLimited) {
        static Verdict of(AuthResult result, String reason) {
            return new Verdict(result, reason, 0, false, false);
        }

        private Verdict with(DkimKey key, boolean limited) {
            return new Verdict(result, reason, key.bits(), key.testing(), limited);
        }
    }

    public SignatureCheck(MessagePass pass, SignatureField signature, Kind kind) {
        this.pass = pass;
        this.signature = signature;
        early = timeProblem().map(why -> Verdict.of(AuthResult.PERMERROR, why)).orElse(null);
        if (early == null) {
            pass.keys().ask(signature.keyName());
        }
        bodyHash =
                early != null || kind == Kind.ARC_SEAL ? null : pass.body().want(signature.bodyForm(), hashedOctets());
    }

    private Optional<String> timeProblem() {
        long now = pass.now().getEpochSecond();
        long skew = pass.settings().clockSkew().toSeconds();
        OptionalLong expires = signature.expiresAt();
        if (expires.isPresent() && expires.getAsLong() < now - skew) {
            return Optional.of("the signature has expired");
        }
        OptionalLong signed = signature.signedAt();
        if (signed.isPresent() && signed.getAsLong() > now + skew) {
            return Optional.of("the signature is of the future");
        }
        return Optional.empty();
    }

    /** A limit that must cover all is no limit: one hash serves all signatures then. */
    private long hashedOctets() {
        return pass.settings().bodyLimits() == BodyLimits.MARKED
                ? signature.bodyLimit().orElse(BodyHashes.WHOLE)
                : BodyHashes.WHOLE;
    }

    /**
     * The verdict over these header octets, when the body has ended.
     *
     * @param signedHeader what {@link SignedHeader#close} gives
     */
    public Verdict verdict(byte[] signedHeader) {
        if (early != null) {
            return early;
        }
        KeyAnswer answer =
                pass.keys().await(signature.keyName(), pass.settings().keyWait());
        if (answer instanceof KeyLookups.NoKey(String why)) {
            return Verdict.of(AuthResult.PERMERROR, why);
        }
        Verdict body = bodyVerdict();
        if (body.result() != AuthResult.PASS) {
            return body;
        }
        return switch (answer) {
            case KeyLookups.Keys keys -> verdict(keys, signedHeader, body.bodyLimited());
            case KeyLookups.Unavailable(String why) -> Verdict.of(AuthResult.TEMPERROR, why);
            case KeyLookups.NoKey(String why) -> Verdict.of(AuthResult.PERMERROR, why);
        };
    }

    /** PASS where the body is what was signed. */
    private Verdict bodyVerdict() {
        if (bodyHash == null) {
            return Verdict.of(AuthResult.PASS, "");
        }
        long octets = bodyHash.bodyOctets();
        long limit = signature.bodyLimit().orElse(octets);
        if (limit > octets) {
            // RFC 6376 §3.5, l=: MUST NOT be larger than the body.
            return Verdict.of(AuthResult.PERMERROR, "l= is larger than the body");
        }
        boolean limited = limit < octets;
        if (limited && pass.settings().bodyLimits() == BodyLimits.REFUSED) {
            String why = "l= leaves " + (octets - limit) + " octets of the body unsigned";
            return new Verdict(AuthResult.POLICY, why, 0, false, true);
        }
        boolean same = MessageDigest.isEqual(bodyHash.value(), signature.bodyHash());
        return same ? new Verdict(AuthResult.PASS, "", 0, false, limited) : Verdict.of(AuthResult.FAIL, BODY_CHANGED);
    }

    /** Any of a name's keys will do (RFC 6376 §6.1.2, step 4). */
    private Verdict verdict(KeyLookups.Keys keys, byte[] signedHeader, boolean limited) {
        Verdict best = Verdict.of(AuthResult.PERMERROR, "the key is of another type than the signature");
        for (DkimKey key : keys.keys()) {
            if (key.algorithm() != signature.algorithm()) {
                continue;
            }
            if (key.strict() && !signature.auidDomain().equals(signature.domain())) {
                best = Verdict.of(AuthResult.PERMERROR, "the key is for d= alone, and i= is below it")
                        .with(key, limited);
                continue;
            }
            boolean verifies = pass.crypto().verify(key.algorithm(), key.key(), signedHeader, signature.signature());
            if (verifies) {
                return Verdict.of(AuthResult.PASS, "").with(key, limited);
            }
            best = Verdict.of(AuthResult.FAIL, "the signature does not verify").with(key, limited);
        }
        return best;
    }
}
