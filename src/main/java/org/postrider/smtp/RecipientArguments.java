package org.postrider.smtp;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.postrider.mail.Ascii;
import org.postrider.mail.DsnNotify;
import org.postrider.mail.OriginalRecipient;
import org.postrider.smtp.EsmtpParameters.Parameter;
import org.postrider.smtp.EsmtpParameters.Parsed;
import org.postrider.smtp.EsmtpParameters.WrongParameter;

/** The parameters of RCPT: NOTIFY and ORCPT (RFC 3461 §4.1, §4.2). */
public record RecipientArguments(
        DsnNotify dsnNotify, @Nullable OriginalRecipient original) {
    private static final RecipientArguments NONE = new RecipientArguments(DsnNotify.UNSPECIFIED, null);
    private static final String UTF8_TYPE = "utf-8";

    /** @param extended whether the client said EHLO; without it there are no parameters */
    public static Parsed<RecipientArguments> parse(String text, boolean extended) {
        if (text.isEmpty()) {
            return new Parsed.Right<>(NONE);
        }
        try {
            RecipientArguments arguments = NONE;
            for (Parameter parameter : EsmtpParameters.read(text)) {
                if (!extended) {
                    throw new WrongParameter(EsmtpParameters.UNKNOWN);
                }
                arguments = switch (parameter.keyword()) {
                    case "NOTIFY" -> new RecipientArguments(dsnNotify(parameter), arguments.original);
                    case "ORCPT" -> new RecipientArguments(arguments.dsnNotify, original(parameter));
                    default -> throw new WrongParameter(EsmtpParameters.UNKNOWN);
                };
            }
            return new Parsed.Right<>(arguments);
        } catch (WrongParameter wrong) {
            return new Parsed.Wrong<>(wrong.reply());
        }
    }

    private static DsnNotify dsnNotify(Parameter parameter) throws WrongParameter {
        String value = Ascii.upper(parameter.required());
        if (value.equals("NEVER")) {
            return DsnNotify.NEVER;
        }
        DsnNotify wanted = DsnNotify.NEVER;
        for (String event : value.split(",", -1)) {
            wanted = switch (event) {
                case "SUCCESS" -> new DsnNotify(true, wanted.failure(), wanted.delay());
                case "FAILURE" -> new DsnNotify(wanted.success(), true, wanted.delay());
                case "DELAY" -> new DsnNotify(wanted.success(), wanted.failure(), true);
                default -> throw WrongParameter.in(parameter);
            };
        }
        return wanted;
    }

    private static OriginalRecipient original(Parameter parameter) throws WrongParameter {
        String value = parameter.required();
        int semicolon = value.indexOf(';');
        boolean fits = value.length() <= OriginalRecipient.OCTETS_MAX;
        if (!fits || semicolon < 1 || !isType(value.substring(0, semicolon))) {
            throw WrongParameter.in(parameter);
        }
        String type = value.substring(0, semicolon);
        String coded = value.substring(semicolon + 1);
        // RFC 6533 §3 gives this one type a coding of its own.
        Optional<String> address =
                Ascii.equalsIgnoreCase(type, UTF8_TYPE) ? Utf8Address.decode(coded) : Xtext.decode(coded);
        if (address.isEmpty() || address.get().isEmpty()) {
            throw WrongParameter.in(parameter);
        }
        return new OriginalRecipient(type, address.get());
    }

    /** An atom (RFC 3461 §4.2), such as {@code rfc822}. */
    private static boolean isType(String type) {
        return type.chars().allMatch(c -> c == '-' || (c < 0x80 && Character.isLetterOrDigit(c)));
    }
}
