package org.postrider.dns;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.xbill.DNS.Message;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Resolver;
import org.xbill.DNS.Section;
import org.xbill.DNS.TXTRecord;
import org.xbill.DNS.dnssec.ValidatingResolver;

/** DNSSEC validation of our own, from keys that the configuration trusts (RFC 4035 §5). */
final class Validation {
    private Validation() {}

    /**
     * Validates what a server answers.
     *
     * @param anchors DS or DNSKEY records in the form of a zone file, at least one
     * @throws IllegalArgumentException where they cannot be read
     */
    static ValidatingResolver over(Resolver server, String anchors) {
        ValidatingResolver validating = new ValidatingResolver(server);
        try {
            validating.loadTrustAnchors(new ByteArrayInputStream(anchors.getBytes(StandardCharsets.US_ASCII)));
        } catch (IOException | IllegalArgumentException unreadable) {
            throw new IllegalArgumentException("no trust anchors: " + unreadable.getMessage(), unreadable);
        }
        if (validating.getTrustAnchors().items().isEmpty()) {
            throw new IllegalArgumentException("no trust anchors: neither a DS nor a DNSKEY record");
        }
        return validating;
    }

    /** Why a reply that a validating resolver has refused is bogus; empty where it is not its own refusal. */
    static Optional<String> bogus(Message reply) {
        if (reply.getRcode() != Rcode.SERVFAIL) {
            return Optional.empty();
        }
        for (Record each : reply.getSection(Section.ADDITIONAL)) {
            if (each instanceof TXTRecord reason && each.getDClass() == ValidatingResolver.VALIDATION_REASON_QCLASS) {
                return Optional.of(String.join("", reason.getStrings()));
            }
        }
        return Optional.empty();
    }
}
