package org.postrider.smtp.client;

import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.LongPredicate;
import org.postrider.mail.Ascii;

/**
 * What the peer offered in reply to EHLO or LHLO. What we do not understand in it is as if it were not there.
 *
 * @param octetsMax the greatest message it takes (RFC 1870 §4), empty where it names no limit
 * @param size whether MAIL may tell the size
 * @param mailMax how many transactions a session may have (RFC 9422 §4.1)
 * @param recipientsMax how many recipients a transaction may have (RFC 9422 §4.2)
 * @param recipientDomainsMax how many different domains a session's recipients may have (RFC 9422 §4.3)
 * @param requireTls whether it passes the sender's wish for TLS on (RFC 8689 §2); counts in TLS only
 * @param authMechanisms for AUTH (RFC 4954 §3), in upper case and the server's order
 */
public record Capabilities(
        boolean pipelining,
        boolean size,
        OptionalLong octetsMax,
        boolean eightBitMime,
        boolean binaryMime,
        boolean chunking,
        boolean smtpUtf8,
        boolean dsn,
        boolean enhancedStatusCodes,
        OptionalInt mailMax,
        OptionalInt recipientsMax,
        OptionalInt recipientDomainsMax,
        boolean startTls,
        boolean requireTls,
        List<String> authMechanisms) {
    /** Of a server that knows HELO only. */
    public static final Capabilities NONE = parse(List.of());

    private static final int NUMBER_DIGITS_MAX = 18;
    private static final int MECHANISMS_MAX = 32;

    public Capabilities {
        authMechanisms = List.copyOf(authMechanisms);
    }

    /** Reads the lines of the reply after its first one, which names the server. */
    static Capabilities parse(List<String> lines) {
        Offers offers = new Offers();
        lines.forEach(offers::take);
        return offers.capabilities();
    }

    /** The same, as if REQUIRETLS had not been offered. */
    Capabilities withoutRequireTls() {
        return new Capabilities(
                pipelining,
                size,
                octetsMax,
                eightBitMime,
                binaryMime,
                chunking,
                smtpUtf8,
                dsn,
                enhancedStatusCodes,
                mailMax,
                recipientsMax,
                recipientDomainsMax,
                startTls,
                false,
                authMechanisms);
    }

    private static OptionalLong number(String text, LongPredicate sound) {
        boolean digits = !text.isEmpty()
                && text.length() <= NUMBER_DIGITS_MAX
                && text.chars().allMatch(c -> c >= '0' && c <= '9');
        if (!digits) {
            return OptionalLong.empty();
        }
        long value = Long.parseLong(text);
        return sound.test(value) ? OptionalLong.of(value) : OptionalLong.empty();
    }

    private static OptionalInt count(String text) {
        OptionalLong value = number(text, n -> n > 0 && n <= Integer.MAX_VALUE);
        return value.isPresent() ? OptionalInt.of((int) value.getAsLong()) : OptionalInt.empty();
    }

    /** Gathers the offers line by line. */
    private static final class Offers {
        private static final String OLD_AUTH = "AUTH=";

        private boolean pipelining;
        private boolean size;
        private OptionalLong octetsMax = OptionalLong.empty();
        private boolean eightBitMime;
        private boolean binaryMime;
        private boolean chunking;
        private boolean smtpUtf8;
        private boolean dsn;
        private boolean enhancedStatusCodes;
        private OptionalInt mailMax = OptionalInt.empty();
        private OptionalInt recipientsMax = OptionalInt.empty();
        private OptionalInt recipientDomainsMax = OptionalInt.empty();
        private boolean startTls;
        private boolean requireTls;
        private final Set<String> authMechanisms = new LinkedHashSet<>();

        void take(String line) {
            String[] words = Ascii.upper(line.strip()).split(" +", -1);
            switch (words[0]) {
                case "PIPELINING" -> pipelining = true;
                case "8BITMIME" -> eightBitMime = true;
                case "BINARYMIME" -> binaryMime = true;
                case "CHUNKING" -> chunking = true;
                case "SMTPUTF8" -> smtpUtf8 = true;
                case "DSN" -> dsn = true;
                case "ENHANCEDSTATUSCODES" -> enhancedStatusCodes = true;
                case "SIZE" -> {
                    size = true;
                    // RFC 1870 §4: zero, like no number at all, is no fixed limit.
                    octetsMax = words.length < 2 ? OptionalLong.empty() : number(words[1], n -> n > 0);
                }
                case "LIMITS" -> {
                    for (int i = 1; i < words.length; i++) {
                        takeLimit(words[i]);
                    }
                }
                case "STARTTLS" -> startTls = true;
                case "REQUIRETLS" -> requireTls = true;
                case "AUTH" -> takeMechanisms(words, "");
                default -> {
                    // As servers wrote it before RFC 4954; others are not ours to know: ETRN, and whatever comes.
                    if (words[0].startsWith(OLD_AUTH)) {
                        takeMechanisms(words, words[0].substring(OLD_AUTH.length()));
                    }
                }
            }
        }

        private void takeMechanisms(String[] words, String first) {
            words[0] = first;
            Arrays.stream(words)
                    .filter(word -> !word.isEmpty())
                    .limit(MECHANISMS_MAX)
                    .forEach(authMechanisms::add);
        }

        private void takeLimit(String limit) {
            int equals = limit.indexOf('=');
            OptionalInt value = count(limit.substring(equals + 1));
            switch (limit.substring(0, Math.max(equals, 0))) {
                case "MAILMAX" -> mailMax = value;
                case "RCPTMAX" -> recipientsMax = value;
                case "RCPTDOMAINMAX" -> recipientDomainsMax = value;
                default -> {
                    // Of no concern to a client that does not know it.
                }
            }
        }

        Capabilities capabilities() {
            return new Capabilities(
                    pipelining,
                    size,
                    octetsMax,
                    eightBitMime,
                    // RFC 3030 §3: a server that offers BINARYMIME without CHUNKING offers nothing usable.
                    binaryMime && chunking,
                    chunking,
                    smtpUtf8,
                    dsn,
                    enhancedStatusCodes,
                    mailMax,
                    recipientsMax,
                    recipientDomainsMax,
                    startTls,
                    requireTls,
                    List.copyOf(authMechanisms));
        }
    }
}
