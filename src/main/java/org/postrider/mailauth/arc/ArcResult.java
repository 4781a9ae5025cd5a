package org.postrider.mailauth.arc;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.postrider.mail.Domain;
import org.postrider.mailauth.AuthResult;

/**
 * What a chain came to.
 *
 * @param result NONE, PASS or FAIL: all failures are for good, those of the DNS too (RFC 8617 §5.2.1)
 * @param sets the highest instance that was seen
 * @param sealers the domains that sealed, the first first; empty unless it passed
 * @param oldestPass the lowest instance whose signature still covers the message, 0 where all do (RFC 8617 §5.2, step 5);
 *     empty unless it passed
 * @param results what the newest sealer testified: the text of its ARC-Authentication-Results behind {@code i=…;}, as it came.
 *     Empty unless the chain passed
 * @param ended the newest seal says itself that the chain has failed, so that nobody seals it any more (RFC 8617 §5.1)
 * @param reason for people; empty where it passed, or where there is none
 */
public record ArcResult(
        AuthResult result,
        int sets,
        List<Domain> sealers,
        OptionalInt oldestPass,
        Optional<String> results,
        boolean ended,
        String reason) {
    public ArcResult {
        sealers = List.copyOf(sealers);
    }

    static ArcResult none() {
        return new ArcResult(AuthResult.NONE, 0, List.of(), OptionalInt.empty(), Optional.empty(), false, "");
    }

    static ArcResult failed(int sets, boolean ended, String reason) {
        return new ArcResult(AuthResult.FAIL, sets, List.of(), OptionalInt.empty(), Optional.empty(), ended, reason);
    }
}
