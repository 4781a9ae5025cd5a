package org.postrider.delivery;

import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import org.postrider.smtp.client.CertificateCheck;
import org.postrider.tls.Authorities.Reason;
import org.postrider.tls.Authorities.Verdict;
import org.postrider.tlspolicy.DaneTlsa;

/** A certificate that is to match a host's TLSA records. */
record DaneCertificate(DaneTlsa tlsa) implements CertificateCheck {
    @Override
    public Verdict judge(List<X509Certificate> chain, Instant at) {
        return switch (tlsa.match(chain, at)) {
            case DaneTlsa.Match.Matched _ -> new Verdict.Trusted();
            case DaneTlsa.Match.Mismatched(var reason, String detail) -> new Verdict.Distrusted(reason(reason), detail);
        };
    }

    private static Reason reason(DaneTlsa.Reason reason) {
        return switch (reason) {
            case NO_CERTIFICATE -> Reason.NO_CERTIFICATE;
            case NO_MATCH -> Reason.NOT_TRUSTED;
            case EXPIRED -> Reason.EXPIRED;
            case HOST_MISMATCH -> Reason.HOST_MISMATCH;
        };
    }
}
