package org.postrider.mailauth.spf;

import java.net.InetAddress;
import java.util.Optional;
import org.postrider.mail.Domain;
import org.postrider.mail.ReversePath;

/**
 * What one check is about.
 *
 * @param client the address that the message comes from
 * @param helo what the client called itself, as it said it
 * @param localPart of the sender as it was written; {@code postmaster} where it has none (RFC 7208 §4.3)
 * @param domainText the sender's domain as it was written, which need not be one
 */
public record SpfQuestion(Identity identity, InetAddress client, String helo, String localPart, String domainText) {
    private static final String POSTMASTER = "postmaster";

    public SpfQuestion {
        if (localPart.isEmpty()) {
            localPart = POSTMASTER;
        }
    }

    /**
     * Asks about the "MAIL FROM" identity. Of the null reverse-path that is the postmaster of the host that the client says it
     * is (RFC 7208 §2.4).
     */
    public static SpfQuestion mailFrom(InetAddress client, String helo, ReversePath reversePath) {
        return mailFrom(client, helo, reversePath.text());
    }

    /** The same of a reverse-path as text, without angle brackets; it need not be a sound one. */
    public static SpfQuestion mailFrom(InetAddress client, String helo, String reversePath) {
        if (reversePath.isEmpty()) {
            return new SpfQuestion(Identity.MAILFROM, client, helo, POSTMASTER, helo);
        }
        int at = reversePath.lastIndexOf('@');
        return new SpfQuestion(
                Identity.MAILFROM,
                client,
                helo,
                at < 0 ? "" : reversePath.substring(0, at),
                reversePath.substring(at + 1));
    }

    /** Asks about the "HELO" identity (RFC 7208 §2.3). */
    public static SpfQuestion helo(InetAddress client, String helo) {
        return new SpfQuestion(Identity.HELO, client, helo, POSTMASTER, helo);
    }

    /** The domain that is asked for its policy; empty where the text is none or has one label only (RFC 7208 §4.3). */
    public Optional<Domain> domain() {
        return Domain.parse(domainText).filter(domain -> domain.ascii().indexOf('.') >= 0);
    }

    /** The sender as an address, internationalized domains as A-labels (RFC 8616 §4). */
    public String sender() {
        return localPart + "@" + aLabels(domainText);
    }

    /** {@code name} unless it holds U-labels: then its A-labels. */
    static String aLabels(String name) {
        boolean ascii = name.chars().allMatch(c -> c < 0x80);
        return ascii ? name : Domain.parse(name).map(Domain::ascii).orElse(name);
    }
}
