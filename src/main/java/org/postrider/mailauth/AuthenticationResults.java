package org.postrider.mailauth;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.postrider.mail.Ascii;
import org.postrider.mail.Domain;

/**
 * What a host found out about a message's authenticity, for those who come after it (RFC 8601).
 *
 * @param authservId the name that this host gives itself in such fields; whoever trusts the field trusts the name (§2.5)
 * @param entries one for each method, of DKIM one for each signature; none is a result too
 */
public record AuthenticationResults(String authservId, List<Entry> entries) {
    public static final String FIELD = "Authentication-Results";

    private static final int SIGNATURE_CHARS = 8;

    public AuthenticationResults {
        entries = List.copyOf(entries);
    }

    /**
     * One method's result.
     *
     * @param method such as {@code spf}, a name of the IANA registry of authentication methods
     * @param reason for people; empty for none
     */
    public record Entry(String method, AuthResult result, String reason, List<Property> properties) {
        public Entry {
            if (!isKeyword(method)) {
                throw new IllegalArgumentException("not a method: " + method);
            }
            properties = List.copyOf(properties);
        }

        public static Entry of(String method, AuthResult result) {
            return new Entry(method, result, "", List.of());
        }

        public Entry because(String why) {
            return new Entry(method, result, why, properties);
        }

        /**
         * Adds a property, such as {@code with("smtp", "mailfrom", "example.com")}; one without a value is left out.
         *
         * @param type {@code smtp}, {@code header}, {@code body} or {@code policy} (§2.3)
         * @param value of unknown origin; it is quoted and made safe when it is written
         */
        public Entry with(String type, String name, String value) {
            if (value.isEmpty()) {
                return this;
            }
            List<Property> more = new ArrayList<>(properties);
            more.add(new Property(type, name, value));
            return new Entry(method, result, reason, more);
        }
    }

    /** What a result is about, or came from (§2.3). */
    public record Property(String type, String name, String value) {
        public Property {
            if (!isKeyword(type) || !isKeyword(name)) {
                throw new IllegalArgumentException("not a property: " + type + "." + name);
            }
        }
    }

    /** SPF of MAIL FROM, or of HELO where that is empty (§2.7.2). */
    public static Entry spf(AuthResult result, String mailFrom, String helo) {
        Entry entry = Entry.of("spf", result);
        return mailFrom.isEmpty() ? entry.with("smtp", "helo", helo) : entry.with("smtp", "mailfrom", mailFrom);
    }

    /**
     * One DKIM signature (§2.7.1).
     *
     * @param algorithm {@code a=}, empty where it is not known
     * @param signature {@code b=}, of which so much is told as sets it apart (RFC 6008 §4)
     */
    public static Entry dkim(AuthResult result, String domain, String selector, String algorithm, String signature) {
        return Entry.of("dkim", result)
                .with("header", "d", domain)
                .with("header", "s", selector)
                .with("header", "a", algorithm)
                .with("header", "b", signature.substring(0, Math.min(signature.length(), SIGNATURE_CHARS)));
    }

    /** Whether the client's address and the name that it leads to confirm each other (§2.7.3). */
    public static Entry iprev(AuthResult result, String address) {
        return Entry.of("iprev", result).with("policy", "iprev", address);
    }

    /** SMTP AUTH (§2.7.4). */
    public static Entry auth(AuthResult result, String user) {
        return Entry.of("auth", result).with("smtp", "auth", user);
    }

    /** The field's value, folded, without name and last line end; ARC has the same behind its instance (RFC 8617 §4.1.1). */
    public String value() {
        return AuthenticationResultsText.value(this);
    }

    /** The whole field with its line end. */
    public String field() {
        return FIELD + ": " + value() + "\r\n";
    }

    /**
     * Whose results a field claims to be (§2.2): its authserv-id, whatever comments, quotes and version stand about it.
     *
     * @param value of a field that came from elsewhere, folded or not
     * @return empty where that cannot be read
     */
    public static Optional<String> authservId(String value) {
        return AuthenticationResultsText.authservId(value);
    }

    /**
     * What results of somebody else tell of one method, the first time they name it.
     *
     * @param results what stands behind the authserv-id, folded or not
     * @return empty where they say nothing of it, or nothing that makes sense
     */
    public static Optional<AuthResult> told(String results, String method) {
        return AuthenticationResultsText.told(results, method);
    }

    /**
     * Whether a field that came from elsewhere must go, for it claims to be ours (§5), or cannot be read, so that others
     * may read in it that it is.
     */
    public static boolean mustGo(String value, String ourId) {
        Optional<String> theirs = authservId(value);
        return theirs.isEmpty()
                || Ascii.equalsIgnoreCase(theirs.get(), ourId)
                || (Domain.parse(theirs.get()).isPresent()
                        && Domain.parse(theirs.get()).equals(Domain.parse(ourId)));
    }

    /** {@code Keyword} of RFC 5321 §4.1.2, and the underscores that some properties have. */
    private static boolean isKeyword(String text) {
        return !text.isEmpty()
                && text.chars()
                        .allMatch(c -> (c >= 'a' && c <= 'z')
                                || (c >= 'A' && c <= 'Z')
                                || (c >= '0' && c <= '9')
                                || c == '-'
                                || c == '_');
    }
}
