package org.postrider.reception;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.postrider.mail.Envelope;
import org.postrider.mail.Finding;
import org.postrider.mailauth.arc.ArcResult;
import org.postrider.mailauth.verify.Origin;
import org.postrider.mailauth.verify.Verification;
import org.postrider.mailauth.verify.Verified;
import org.postrider.policy.Authenticity;

/**
 * One message of an mx listener being verified as it comes, and passed on without what claims to be our own verdict.
 *
 * <p>Thread: confined to the session.
 */
final class Verifying {
    private final AuthenticityDesk desk;
    private final String authservId;
    private final boolean trusted;
    private final Verification verification;
    private final OwnResultsFilter content;
    private @Nullable Verified verified;

    private Verifying(
            AuthenticityDesk desk, String authservId, boolean trusted, Origin origin, OwnResultsFilter.Sink sink) {
        this.desk = desk;
        this.authservId = authservId;
        this.trusted = trusted;
        this.verification = desk.verifier().get().begin(origin);
        this.content = new OwnResultsFilter(verification.header(), authservId, sink);
    }

    /** {@code null} where the messages of this listener are not verified. */
    static @Nullable Verifying begin(
            @Nullable AuthenticityDesk desk,
            ReceptionSettings settings,
            Provenance provenance,
            Envelope envelope,
            OwnResultsFilter.Sink sink) {
        if (desk == null || settings.role() != ListenerRole.MX) {
            return null;
        }
        Origin origin = new Origin(
                provenance.client(),
                provenance.greeted().name(),
                envelope.reversePath().text(),
                provenance.reverseResult(),
                Optional.ofNullable(provenance.login()).map(login -> login.user()));
        return new Verifying(desk, settings.host().ascii(), provenance.trusted(), origin, sink);
    }

    void write(byte[] octets, int from, int length) throws IOException {
        int taken = verification.write(octets, from, length);
        content.write(octets, from + taken, length - taken);
    }

    /**
     * Ends the message and judges it. Blocks until its look-ups have ended.
     *
     * @param known what was found out about its client and its envelope
     */
    Authenticity.Judged end(List<Finding> known) throws IOException {
        Verified result = verification.end();
        content.pass();
        verified = result;
        Authenticity.Judged judged = desk.judge().judge(result, trusted, known);
        // Mail of our own clients says nothing of how others use a name.
        if (!trusted) {
            desk.told().verified(result, judged);
        }
        return judged;
    }

    /** What its chain of seals came to, once it has ended. */
    Optional<ArcResult> chain() {
        return Optional.ofNullable(verified).map(Verified::arc);
    }

    /** All results, as they stand behind the colon of Authentication-Results; once it has ended. */
    String results() {
        return verified == null ? "" : verified.results(authservId).value();
    }

    /** The fields that tell it, once it has ended. */
    String fields() {
        return verified == null ? "" : verified.fields(authservId);
    }
}
