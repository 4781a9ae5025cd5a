package org.postrider.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.postrider.report.ReturnedMail.Recipient;

/**
 * Reads reports in plain words: an address, alone on a line or in angle brackets with a colon, and below it why its mail came
 * back. So write qmail (QSBMF), Exim, Postfix of old, and many that learned from them.
 */
final class WordyBounce {
    private static final Pattern FROM_A_HOST = Pattern.compile(
            "(?i)mailer-daemon|post_?master|mail delivery|mail system|mdaemon|mailadmin|daemon@|no-?reply");

    private static final Pattern ABOUT_DELIVERY =
            Pattern.compile("(?i)undeliver|failure notice|returned|deliver|mail system"
                    + "|mail error|rejected mail|bounce|failure|could not send|non remise|not sent|warning: message|unzustellbar"
                    + "|mail failed|mail could not|dsn");

    /** Where the words end and the message that came back begins. */
    private static final Pattern ORIGINAL =
            Pattern.compile("(?im)^(?:-{2,}.{0,20}(?:original|copy of|below this line|returned"
                    + "|header|unsent|this is a copy|message header|transcript of returned).*|received: .*|return-path: .*|original"
                    + " message (?:follows|header).*|the header of the original.*|message header follows.*|content of the original.*"
                    + "|message headers follow.*|-{5,} .*original.*)$");

    private static final Pattern HEAD =
            Pattern.compile("(?m)^[ \\t>*]*(?:[45][0-9]{2} )?<?(?:mailto:)?(" + MailText.ADDRESS.pattern()
                    + ")>?(?:[ \\t]*[:;]|[ \\t]*\\.{2,}|[ \\t]*$|[ \\t]+[(\\[-]|[ \\t]*,[ \\t]*$)");

    private static final Pattern AWAY = Pattern.compile(
            "(?i)^(?:automatic reply|auto(?:-| )?(?:reply|response)|out of (?:the )?office|auto:|vacation)");

    private static final Pattern DELAY = Pattern.compile(
            "(?i)has not (?:yet )?been delivered|delay|will be retried|warning|still being|will continue|keep trying");

    private WordyBounce() {}

    /** Empty where the message is no such report. */
    static List<Recipient> recipients(List<MailPart> parts, String words) {
        MailPart message = parts.getFirst();
        if (isAutomaticAnswer(message)) {
            return away(message);
        }
        String failed = message.field("x-failed-recipients");
        if (failed.isEmpty() && !isFromAHost(message)) {
            return List.of();
        }
        Matcher end = ORIGINAL.matcher(words);
        String told = end.find() && end.start() > 0 ? words.substring(0, end.start()) : words;
        String action = DELAY.matcher(message.field("subject")).find() ? "delayed" : "failed";
        Map<String, String> others = blocks(told, message.field("to"));
        Map<String, String> blocks = others.isEmpty() ? blocks(told, "") : others;
        List<String> named = new ArrayList<>();
        MailText.addAddresses(failed, named);
        List<Recipient> recipients = new ArrayList<>();
        for (String address : named) {
            recipients.add(DeliveryStatus.outcome(address, action, blocks.getOrDefault(address, told)));
        }
        if (recipients.isEmpty()) {
            blocks.forEach((address, block) -> recipients.add(
                    DeliveryStatus.outcome(address, action, block.strip().length() < 12 ? told : block)));
        }
        if (recipients.isEmpty()) {
            only(parts, words, told)
                    .ifPresent(address -> recipients.add(DeliveryStatus.outcome(address, action, told)));
        }
        return recipients;
    }

    /** RFC 3834 §5. */
    private static boolean isAutomaticAnswer(MailPart message) {
        String submitted = message.field("auto-submitted").toLowerCase(Locale.ROOT);
        boolean answers = submitted.startsWith("auto-replied")
                || !message.field("x-autoreply").isEmpty()
                || AWAY.matcher(message.field("subject")).find();
        return answers
                && !FROM_A_HOST.matcher(message.field("from")).find()
                && message.field("x-failed-recipients").isEmpty()
                && !ABOUT_DELIVERY.matcher(message.field("subject")).find();
    }

    private static List<Recipient> away(MailPart message) {
        List<String> from = new ArrayList<>();
        MailText.addAddress(message.field("from"), from);
        return from.stream()
                .map(address -> new Recipient(
                        address, "delivered", "2.0.0", OptionalInt.empty(), BounceReason.VACATION, false, ""))
                .toList();
    }

    private static boolean isFromAHost(MailPart message) {
        boolean nullPath = message.field("return-path").strip().equals("<>");
        boolean host = FROM_A_HOST.matcher(message.field("from")).find() || nullPath;
        boolean delivery = ABOUT_DELIVERY.matcher(message.field("subject")).find();
        return delivery
                || (host
                        && (nullPath
                                || message.field("from")
                                        .toLowerCase(Locale.ROOT)
                                        .contains("mailer-daemon")));
    }

    /** Each address that heads some words, and the words up to the next one; the one that the report goes to is none. */
    private static Map<String, String> blocks(String told, String to) {
        Map<String, String> blocks = new LinkedHashMap<>();
        Matcher heads = HEAD.matcher(told);
        String address = "";
        int from = 0;
        while (heads.find() && blocks.size() < BounceReader.RECIPIENTS_MAX) {
            String next = heads.group(1);
            if (!to.isEmpty() && to.contains(next)) {
                continue;
            }
            if (!address.isEmpty()) {
                blocks.merge(address, told.substring(from, heads.start()), (before, more) -> before + more);
            }
            address = next.endsWith(".") ? next.substring(0, next.length() - 1) : next;
            from = heads.end(1);
        }
        if (!address.isEmpty()) {
            blocks.merge(address, told.substring(from), (before, more) -> before + more);
        }
        return blocks;
    }

    /** The one address that the report can be about: named in its words, or whom the returned message went to. */
    private static Optional<String> only(List<MailPart> parts, String words, String told) {
        String to = parts.getFirst().field("to");
        List<String> candidates = new ArrayList<>();
        MailText.addAddresses(told, candidates);
        candidates.removeIf(
                address -> to.contains(address) || FROM_A_HOST.matcher(address).find());
        if (candidates.isEmpty()) {
            MailText.original(parts)
                    .ifPresent(original -> MailText.addAddresses(original.getOrDefault("to", ""), candidates));
        }
        if (candidates.isEmpty()) {
            Matcher field = Pattern.compile("(?im)^[> ]*to: (.*)$").matcher(words);
            while (field.find()) {
                MailText.addAddresses(field.group(1), candidates);
            }
        }
        return candidates.stream().findFirst();
    }
}
