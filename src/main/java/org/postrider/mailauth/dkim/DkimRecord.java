package org.postrider.mailauth.dkim;

import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.postrider.mail.Domain;

/**
 * The TXT record that publishes a key (RFC 6376 §3.6.1, RFC 8463 §4.2).
 *
 * @param name where it stands: selector, {@code _domainkey} and domain
 * @param text all of it, as one string
 */
public record DkimRecord(Domain name, String text) {
    /** Octets of one character-string of a TXT record (RFC 1035 §3.3). */
    static final int STRING_OCTETS_MAX = 255;

    /**
     * The record of a key.
     *
     * @param selector one label or several, in A-labels
     */
    public static DkimRecord of(Domain domain, String selector, DkimKeyPair pair) {
        byte[] keyInfo = pair.publicKey().getEncoded();
        byte[] published = switch (pair.algorithm()) {
            case RSA_SHA256 -> keyInfo;
            case ED25519_SHA256 -> Der.ed25519Point(keyInfo);
        };
        String text = "v=DKIM1; k=" + pair.algorithm().keyType() + "; p="
                + Base64.getEncoder().encodeToString(published);
        return new DkimRecord(new Domain(selector + "._domainkey." + domain.ascii()), text);
    }

    /** The text in pieces, of which each fits into one character-string. */
    public List<String> strings() {
        List<String> strings = new ArrayList<>();
        for (int at = 0; at < text.length(); at += STRING_OCTETS_MAX) {
            strings.add(text.substring(at, Math.min(text.length(), at + STRING_OCTETS_MAX)));
        }
        return strings;
    }

    /** A line for a zone file (RFC 1035 §5.1), the name with its final dot. */
    public String zoneText() {
        List<String> quoted = strings().stream()
                .map(string -> '"' + string.replace("\\", "\\\\").replace("\"", "\\\"") + '"')
                .toList();
        String data = quoted.size() == 1 ? quoted.getFirst() : "( " + String.join("\n\t", quoted) + " )";
        return name.ascii() + ". IN TXT " + data + "\n";
    }
}
