package org.postrider.mailauth.dmarc;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.postrider.mail.Domain;
import org.postrider.mail.Mailbox;
import org.postrider.mail.MailboxGrammar;

/**
 * Where reports are to go (RFC 9989 §4.7, {@code rua} and {@code ruf}).
 *
 * @param text a URI, without the obsolete size limit behind {@code !}
 * @param mailbox of a {@code mailto:} URI; empty for every other scheme, which we do not send to
 */
public record ReportUri(String text, Optional<Mailbox> mailbox) {
    private static final int CHARS_MAX = 1_000;

    /** RFC 9989 §4.8: reporters ignore it. */
    private static final Pattern SIZE_LIMIT = Pattern.compile("![0-9]{1,20}[kKmMgGtT]?$");

    /** Empty where it is no absolute URI, or a {@code mailto:} without exactly one address. */
    public static Optional<ReportUri> parse(String value) {
        String uri = SIZE_LIMIT.matcher(value).replaceFirst("");
        if (uri.length() > CHARS_MAX || uri.indexOf('!') >= 0) {
            return Optional.empty();
        }
        try {
            URI parsed = new URI(uri);
            if (!parsed.isAbsolute()) {
                return Optional.empty();
            }
            if (!parsed.getScheme().toLowerCase(Locale.ROOT).equals("mailto")) {
                return Optional.of(new ReportUri(uri, Optional.empty()));
            }
            String address = parsed.getRawSchemeSpecificPart();
            int query = address.indexOf('?');
            return mailbox(query < 0 ? address : address.substring(0, query))
                    .map(mailbox -> new ReportUri(uri, Optional.of(mailbox)));
        } catch (URISyntaxException e) {
            return Optional.empty();
        }
    }

    private static Optional<Mailbox> mailbox(String encoded) {
        try {
            // The decoder is one of forms, where plus means a blank.
            String address = URLDecoder.decode(encoded.replace("+", "%2B"), StandardCharsets.UTF_8);
            return MailboxGrammar.mailbox(address).filter(mailbox -> mailbox.host() instanceof Domain);
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** The domain that must agree where it is of another organization than the record (RFC 9990 §4). */
    public Optional<Domain> host() {
        return mailbox.map(Mailbox::host).filter(Domain.class::isInstance).map(Domain.class::cast);
    }
}
