package org.postrider.report;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Addresses, codes and statuses in the words of a report. */
final class MailText {
    private static final int ADDRESS_CHARACTERS_MAX = 320;

    static final Pattern ADDRESS = Pattern.compile("[^\\s<>\"',;:()\\[\\]@]{1,64}@[^\\s<>\"',;:()@]{1,255}");
    private static final Pattern STATUS = Pattern.compile("(?<![0-9.])[245]\\.[0-9]{1,3}\\.[0-9]{1,3}(?![0-9.])");
    private static final Pattern CODE = Pattern.compile("(?<![0-9.:/#=-])[245][0-5][0-9](?=[ -]|$|<|,)");

    private MailText() {}

    /** The first enhanced status in the words (RFC 3463), that of no success unless there are no others. */
    static Optional<String> status(String words) {
        return STATUS.matcher(words).results().map(found -> found.group()).findFirst();
    }

    /** The first code of an SMTP reply that is a failure. */
    static OptionalInt code(String words) {
        Matcher matcher = CODE.matcher(words);
        while (matcher.find()) {
            if (matcher.group().charAt(0) != '2') {
                return OptionalInt.of(Integer.parseInt(matcher.group()));
            }
        }
        return OptionalInt.empty();
    }

    /** The header of the message that a report is about, as it stands in the last part. */
    static Optional<Map<String, String>> original(List<MailPart> parts) {
        return parts.reversed().stream()
                .filter(part -> part.type().startsWith("message/rfc822")
                        || part.type().equals("message/global")
                        || part.type().equals("text/rfc822-headers")
                        || part.type().equals("text/rfc822"))
                .findFirst()
                .map(part -> MailPart.header(part.text()));
    }

    /** Adds the first address of a text, unless it is there. */
    static void addAddress(String text, List<String> addresses) {
        Matcher matcher = ADDRESS.matcher(text);
        if (matcher.find()) {
            add(matcher.group(), addresses);
        }
    }

    static void addAddresses(String text, List<String> addresses) {
        Matcher matcher = ADDRESS.matcher(text);
        while (matcher.find() && addresses.size() < BounceReader.RECIPIENTS_MAX) {
            add(matcher.group(), addresses);
        }
    }

    private static void add(String found, List<String> addresses) {
        String address = found.endsWith(".") ? found.substring(0, found.length() - 1) : found;
        if (address.length() <= ADDRESS_CHARACTERS_MAX && !addresses.contains(address)) {
            addresses.add(address);
        }
    }
}
