package org.postrider.mailauth.dkim;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.postrider.mailauth.HeaderSection;
import org.postrider.mailauth.dkim.SignatureField.Kind;

/**
 * Verifies the DKIM signatures of one message. It is made when the header section is known, and asks for the keys at once;
 * when the {@link MessagePass} is finished it gives the results.
 *
 * <p>Thread: confined. {@link #results} blocks until the keys are there.
 */
public final class DkimVerification {
    private static final String FIELD = "dkim-signature";
    private static final int START_OCTETS = 8;

    private final MessagePass pass;
    private final List<Candidate> candidates = new ArrayList<>();
    private final int unseen;

    /** A signature that can be checked, or that cannot even be read. */
    private record Candidate(SignatureField.Read read, Optional<SignatureCheck> check) {}

    public DkimVerification(MessagePass pass) {
        this.pass = pass;
        List<HeaderSection.Field> fields = pass.header().named(FIELD);
        int seen = Math.min(fields.size(), pass.settings().signaturesMax());
        unseen = fields.size() - seen;
        for (HeaderSection.Field field : fields.subList(0, seen)) {
            SignatureField.Read read = SignatureField.read(field, Kind.DKIM);
            candidates.add(new Candidate(
                    read,
                    switch (read) {
                        case SignatureField.Sound(SignatureField signature) ->
                            Optional.of(new SignatureCheck(pass, signature, Kind.DKIM));
                        case SignatureField.Unsound _ -> Optional.empty();
                    }));
        }
    }

    /** The results, once the body has ended. */
    public DkimResults results() {
        List<DkimResult> results = new ArrayList<>();
        for (Candidate candidate : candidates) {
            results.add(
                    switch (candidate.read) {
                        case SignatureField.Sound(SignatureField signature) ->
                            result(signature, candidate.check.orElseThrow().verdict(signedHeader(signature)));
                        case SignatureField.Unsound unsound -> result(unsound);
                    });
        }
        return new DkimResults(results, unseen);
    }

    private byte[] signedHeader(SignatureField signature) {
        SignedHeader signed = new SignedHeader(signature.headerForm());
        signed.addNamed(pass.header(), signature.names(), signature.field());
        return signed.close(signature.field());
    }

    private static DkimResult result(SignatureField signature, SignatureCheck.Verdict verdict) {
        String base64 = signature.signatureText();
        return new DkimResult(
                Optional.of(signature.domain()),
                signature.selector(),
                verdict.result(),
                verdict.reason(),
                signature.auid(),
                signature.algorithm().text(),
                base64.substring(0, Math.min(base64.length(), START_OCTETS)),
                verdict.keyBits(),
                verdict.testing(),
                verdict.bodyLimited());
    }

    private static DkimResult result(SignatureField.Unsound unsound) {
        return new DkimResult(
                unsound.domain(),
                unsound.selector(),
                unsound.result(),
                unsound.reason(),
                "",
                unsound.algorithm(),
                "",
                0,
                false,
                false);
    }
}
