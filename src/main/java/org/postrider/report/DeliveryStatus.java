package org.postrider.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.postrider.report.ReturnedMail.Recipient;

/** Reads the body of a {@code message/delivery-status} (RFC 3464 §2), leniently. */
final class DeliveryStatus {
    private static final Set<String> ACTIONS = Set.of("failed", "delayed", "delivered", "relayed", "expanded");

    /** The command that an SMTP client had sent last, as transcripts and Postfix tell it. */
    private static final Pattern COMMAND = Pattern.compile(
            "(?:>>> |in reply to (?:end of )?|(?i:remote mail server after"
                    + " )(?i:end of )?|like our |like |SMTP command |SMTP:|\\[)((?i:DATA|RCPT|MAIL|EHLO|HELO|RECIPIENT))");

    /** Where words about another recipient begin: after an empty line, or with an address and a colon. */
    private static final Pattern NEXT = Pattern.compile("\n[ \t]*\n|\n[^\\s@<>]{1,64}@[^\\s@<>]{1,255}: ");

    /** Fewer say nothing that one could judge by. */
    private static final int TELLING_CHARACTERS = 12;

    private static final int DIAGNOSTIC_CHARACTERS_MAX = 1_000;

    private DeliveryStatus() {}

    /**
     * @param body groups of fields with empty lines between them, the first of them about the message
     * @param words what the report says to people: told where the fields tell too little
     */
    static List<Recipient> recipients(String body, String words) {
        List<Recipient> recipients = new ArrayList<>();
        Moment usual = moment(words);
        String previous = "";
        for (String group : body.split("\n[ \t]*\n", -1)) {
            Map<String, String> fields = MailPart.header(group.strip() + "\n");
            Optional<String> address = address(fields);
            if (address.isPresent() && recipients.size() < BounceReader.RECIPIENTS_MAX) {
                // Some reports repeat a recipient for a second trouble that followed from the first.
                if (!previous.equals(address.get())) {
                    recipients.add(recipient(address.get(), fields, words, usual));
                }
                previous = address.get();
            }
        }
        return recipients;
    }

    /** RFC 3464 §2.3.1, §2.3.2: after a type and a semicolon. */
    private static Optional<String> address(Map<String, String> fields) {
        List<String> found = new ArrayList<>();
        for (String name : List.of("final-recipient", "original-recipient", "x-actual-recipient")) {
            if (found.isEmpty()) {
                String value = fields.getOrDefault(name, "");
                MailText.addAddress(value.substring(value.indexOf(';') + 1), found);
            }
        }
        if (!found.isEmpty()) {
            return Optional.of(found.getFirst());
        }
        String local = fields.getOrDefault("final-recipient", fields.getOrDefault("original-recipient", ""));
        String name = local.substring(local.indexOf(';') + 1).strip();
        return name.isEmpty() ? Optional.empty() : Optional.of(SafeText.ascii(name, 320));
    }

    private static Recipient recipient(String address, Map<String, String> fields, String words, Moment usual) {
        String diagnostic = fields.getOrDefault("diagnostic-code", "");
        int semicolon = diagnostic.indexOf(';');
        String type =
                semicolon < 0 ? "" : diagnostic.substring(0, semicolon).strip().toLowerCase(Locale.ROOT);
        boolean typed = !type.isEmpty() && type.indexOf(' ') < 0;
        String said = typed ? diagnostic.substring(semicolon + 1).strip() : diagnostic;
        String action = fields.getOrDefault("action", "failed")
                .strip()
                .toLowerCase(Locale.ROOT)
                .split("[ ;(]", 2)[0];
        String near = near(address, words);
        // A line of what people are told may go on where the field was cut.
        String all = isTelling(said) ? said : said + " " + near;
        String statusField = fields.getOrDefault("status", "");
        String status = MailText.status(said)
                .or(() -> MailText.status(statusField).filter(own -> !own.endsWith(".0.0")))
                .or(() -> said.isEmpty() ? MailText.status(near) : Optional.empty())
                .or(() -> MailText.status(statusField))
                .orElse(action.equals("delayed") ? "4.0.0" : "5.0.0");
        OptionalInt code = MailText.code(said);
        if (code.isEmpty() && said.isEmpty()) {
            code = MailText.code(near);
        }
        boolean unix = type.equals("x-unix");
        String comment = statusField.contains("(") ? " " + statusField.substring(statusField.indexOf('(')) : "";
        Moment moment = said.contains("in reply to") ? moment(said) : usual;
        return outcome(
                address,
                ACTIONS.contains(action) ? action : "failed",
                status,
                code,
                (unix ? "x-unix " : "") + all + comment,
                moment);
    }

    private static boolean isTelling(String said) {
        return said.length() > TELLING_CHARACTERS;
    }

    /** What the report says behind the address's last mention, where it says something. */
    private static String near(String address, String words) {
        int at = words.indexOf(address);
        String behind = at < 0 ? words : words.substring(at + address.length());
        Matcher next = NEXT.matcher(behind);
        int end = next.find(Math.min(TELLING_CHARACTERS, behind.length())) ? next.start() : behind.length();
        return behind.substring(0, Math.min(end, DIAGNOSTIC_CHARACTERS_MAX));
    }

    /** When the far side said something. */
    enum Moment {
        AT_SENDER,
        AT_RECIPIENT,
        AFTER_CONTENT,
        UNKNOWN
    }

    private static Moment moment(String words) {
        Matcher matcher = COMMAND.matcher(words);
        String last = "";
        while (matcher.find()) {
            last = matcher.group(1).toUpperCase(Locale.ROOT);
        }
        return switch (last) {
            case "DATA" -> Moment.AFTER_CONTENT;
            case "RCPT", "RECIPIENT" -> Moment.AT_RECIPIENT;
            case "MAIL" -> Moment.AT_SENDER;
            default -> Moment.UNKNOWN;
        };
    }

    /** Puts a recipient together once its words are known. */
    static Recipient outcome(
            String address, String action, String status, OptionalInt code, String words, Moment moment) {
        boolean arrived = action.equals("delivered") || action.equals("relayed") || action.equals("expanded");
        BounceReason fallback = action.equals("delayed") ? BounceReason.EXPIRED : BounceReason.ONHOLD;
        BounceReason reason = arrived
                ? BounceReason.DELIVERED
                : BounceClassifier.reason(words, status, code, moment).orElse(fallback);
        boolean hard = reason.isHard() && !status.startsWith("4");
        String shown = words.replaceAll("\\s+", " ").strip();
        return new Recipient(
                address,
                action,
                status,
                code,
                reason,
                hard,
                shown.substring(0, Math.min(shown.length(), DIAGNOSTIC_CHARACTERS_MAX)));
    }

    /** The same for words of which nobody says when they were said. */
    static Recipient outcome(String address, String action, String words) {
        String status = MailText.status(words).orElse(action.equals("delayed") ? "4.0.0" : "5.0.0");
        return outcome(address, action, status, MailText.code(words), words, moment(words));
    }
}
