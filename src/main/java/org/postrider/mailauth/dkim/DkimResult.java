package org.postrider.mailauth.dkim;

import java.util.Optional;
import org.postrider.mail.Domain;
import org.postrider.mailauth.AuthResult;

/**
 * What became of one signature.
 *
 * @param domain of {@code d=}; empty where it cannot be read
 * @param selector of {@code s=}; the empty text where it cannot be read
 * @param reason for people; empty where it passed
 * @param auid of {@code i=}, decoded; {@code @} and the domain where the signature has none, empty where it cannot be read
 * @param algorithm of {@code a=}, as it stands there
 * @param signatureStart the first octets of {@code b=}, which tell signatures apart in Authentication-Results (RFC 6008 §4)
 * @param keyBits of the key; 0 where none was used
 * @param testing the key says that its domain only tries: RFC 6376 §3.6.1 wants such a message to be treated as if it were
 *     not signed
 * @param bodyLimited {@code l=} leaves octets of the body uncovered
 */
public record DkimResult(
        Optional<Domain> domain,
        String selector,
        AuthResult result,
        String reason,
        String auid,
        String algorithm,
        String signatureStart,
        int keyBits,
        boolean testing,
        boolean bodyLimited) {

    /** Whether it failed because the body is not the one that was signed. */
    public boolean bodyChanged() {
        return result == AuthResult.FAIL && reason.equals(SignatureCheck.BODY_CHANGED);
    }

    /** Whether its domain has taken the key back (RFC 6376 §3.6.1, an empty {@code p=}). */
    public boolean keyRevoked() {
        return result == AuthResult.PERMERROR && reason.equals(DkimKey.REVOKED);
    }
}
