package org.postrider.feedback;

import java.util.Optional;
import org.postrider.mailauth.AuthResult;
import org.postrider.mailauth.AuthenticationResults;
import org.postrider.mailauth.HeaderSection;
import org.postrider.mailauth.HeaderSection.Field;
import org.postrider.mailauth.dmarc.AuthorDomains;

/**
 * Who vouches for a report that others sent: anybody can write one in anybody's name (RFC 9990 §8.2), and one on TLS that no
 * signature vouches for is to be ignored (RFC 8460 §3).
 *
 * @param name the domain that the mail was authenticated for, the empty text for nobody
 */
record Voucher(String name) {
    static final Voucher NOBODY = new Voucher("");
    /** We sent it ourselves, or a person with access to this server took it in. */
    static final Voucher OURS = new Voucher("-");

    private static final String RECEIVED = "received";

    /**
     * That of a message from our spool: its author, where it passed DMARC on its way in. Only what stands above our Received
     * field is our own word, or that of a filter of ours; below it are a sender's.
     */
    static Voucher of(HeaderSection header) {
        for (Field field : header.fields()) {
            if (field.name().equals(RECEIVED)) {
                return NOBODY;
            }
            Optional<AuthResult> told =
                    field.name().equalsIgnoreCase(AuthenticationResults.FIELD) ? told(field.text()) : Optional.empty();
            if (told.isPresent()) {
                return told.get() == AuthResult.PASS ? author(header) : NOBODY;
            }
        }
        return NOBODY;
    }

    private static Optional<AuthResult> told(String results) {
        return AuthenticationResults.told(results.substring(results.indexOf(';') + 1), "dmarc");
    }

    private static Voucher author(HeaderSection header) {
        return AuthorDomains.of(header.named("from").stream().map(Field::utf8).toList())
                        instanceof AuthorDomains.One(var domain)
                ? new Voucher(ReceivedReports.name(domain.ascii()))
                : NOBODY;
    }

    boolean isAnybody() {
        return !name.isEmpty();
    }

    /** A reporter as summaries name it: with the domain that vouches for it, where its name does not say that. */
    String named(String reporter) {
        if (!isAnybody()) {
            return reporter + " (not authentic)";
        }
        boolean says = equals(OURS) || name.equals(reporter) || name.endsWith("." + reporter);
        return says ? reporter : reporter + " (" + name + ")";
    }
}
