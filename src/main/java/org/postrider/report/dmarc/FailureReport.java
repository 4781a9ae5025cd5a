package org.postrider.report.dmarc;

import java.util.List;

/**
 * What is told of one message whose authentication failed (RFC 9991 §4, RFC 6591 §3). Text that may be missing is empty then.
 *
 * @param failure {@code Auth-Failure}: {@code dmarc}; or {@code bodyhash}, {@code revoked} or {@code signature} of DKIM,
 *     {@code spf}, and what other reporters write
 * @param authenticationResults of the receiver, without the field's name
 * @param alignment the mechanisms that failed to authenticate an aligned identifier: {@code dkim}, {@code spf}; in reports
 *     of RFC 7489 it was the other way round
 * @param arrival {@code Arrival-Date}, as it stands there
 * @param delivery {@code Delivery-Result}: {@code delivered}, {@code spam}, {@code policy}, {@code reject}, {@code other}
 * @param dkim of the failing signature, in a report on DMARC of one whose domain would be aligned
 * @param spfDns the SPF record, in a report on DMARC where SPF failed for a domain that would be aligned
 * @param incidents how many messages it stands for (RFC 5965 §3.2)
 * @param originalHeader the message's header section, or what the reporter shows of it, lines ended by CRLF
 */
public record FailureReport(
        String failure,
        String userAgent,
        String authenticationResults,
        List<String> alignment,
        Origin origin,
        String arrival,
        List<String> reportedDomains,
        String delivery,
        Signature dkim,
        String spfDns,
        int incidents,
        String originalHeader) {
    public FailureReport {
        alignment = List.copyOf(alignment);
        reportedDomains = List.copyOf(reportedDomains);
    }

    /** Where the message came from: of the envelope and the client. */
    public record Origin(String envelopeId, String mailFrom, String recipient, String sourceIp, String sourcePort) {}

    /** {@code d=}, {@code i=} and {@code s=} of a DKIM signature. */
    public record Signature(String domain, String identity, String selector) {
        public static final Signature NONE = new Signature("", "", "");
    }
}
