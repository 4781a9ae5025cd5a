package org.postrider.delivery;

import java.net.InetAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.postrider.mail.Domain;
import org.postrider.smtp.client.Dial;
import org.postrider.smtp.client.Opening;
import org.postrider.smtp.client.SmtpConnection;
import org.postrider.smtp.client.TlsSession;
import org.postrider.tls.Authorities.Reason;
import org.postrider.tls.Authorities.Verdict;
import org.postrider.tlspolicy.PolicyType;
import org.postrider.tlspolicy.ResultType;
import org.postrider.tlspolicy.TlsLedger;
import org.postrider.tlspolicy.TlsLedger.Flaw;

/**
 * Tells the ledger how the sessions of one attempt went (RFC 8460), for each domain of its recipients.
 *
 * <p>Thread: confined to the attempt's.
 *
 * @param recipients none where the mail does not go by MX
 */
record TlsWitness(TlsLedger ledger, List<Domain> recipients) {
    TlsWitness {
        recipients = List.copyOf(recipients);
    }

    /** A session came about. */
    void met(TlsDemand demand, SmtpConnection connection) {
        TlsSession session = connection.tls().orElse(null);
        tell(demand, flaw(demand.basis(), connection.dial(), session));
    }

    private static @Nullable Flaw flaw(TlsDemand.Basis basis, Dial dial, @Nullable TlsSession session) {
        if (session == null) {
            return flaw(ResultType.STARTTLS_NOT_SUPPORTED, dial, "TLS was not offered or did not come about");
        }
        if (basis.policy().type() != PolicyType.STS || basis.enforced()) {
            return null;
        }
        if (!basis.covered()) {
            return flaw(ResultType.VALIDATION_FAILURE, dial, "the policy does not name this host");
        }
        return session.verdict() instanceof Verdict.Distrusted(Reason reason, String detail)
                ? flaw(type(reason), dial, detail)
                : null;
    }

    /** No session that meets the demand. */
    void unmet(TlsDemand demand, Dial dial, Opening.TlsFailed failed) {
        Reason reason = failed.reason();
        ResultType type = switch (failed.trouble()) {
            case NOT_OFFERED, REFUSED -> ResultType.STARTTLS_NOT_SUPPORTED;
            case HANDSHAKE -> ResultType.VALIDATION_FAILURE;
            case CERTIFICATE -> reason == null ? ResultType.VALIDATION_FAILURE : type(reason);
        };
        tell(demand, flaw(type, dial, failed.what()));
    }

    /** A host was not called on. */
    void passedOver(TlsDemand.Refuses demand, String serverName) {
        tell(demand, new Flaw(demand.type(), "", serverName, "", demand.what()));
    }

    private void tell(TlsDemand demand, @Nullable Flaw flaw) {
        for (Domain recipient : recipients) {
            ledger.count(new TlsLedger.Session(recipient, demand.basis().policy(), flaw));
        }
    }

    private static Flaw flaw(ResultType type, Dial dial, String reason) {
        InetAddress bind = dial.bind();
        return new Flaw(
                type,
                bind == null ? "" : Addresses.text(bind),
                dial.serverName(),
                Addresses.text(dial.address().getAddress()),
                reason);
    }

    private static ResultType type(Reason reason) {
        return switch (reason) {
            case NO_CERTIFICATE, NOT_TRUSTED -> ResultType.CERTIFICATE_NOT_TRUSTED;
            case EXPIRED -> ResultType.CERTIFICATE_EXPIRED;
            case HOST_MISMATCH -> ResultType.CERTIFICATE_HOST_MISMATCH;
        };
    }
}
