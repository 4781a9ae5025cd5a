package org.postrider.smtp;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.postrider.mail.Ascii;
import org.postrider.mail.Reply;

/** The grammar of what follows the path of MAIL and RCPT (RFC 5321 §4.1.1.11, §4.1.2). */
public final class EsmtpParameters {
    static final Reply MALFORMED = Reply.of(501, "5.5.4", "Malformed parameter");
    static final Reply UNKNOWN = Reply.of(555, "5.5.4", "Parameter not recognized");

    private EsmtpParameters() {}

    /**
     * One parameter.
     *
     * @param keyword in upper case
     * @param value {@code null} where there is no equals sign
     */
    record Parameter(String keyword, @Nullable String value) {
        /** The value of a parameter that must have one. */
        String required() throws WrongParameter {
            if (value == null) {
                throw WrongParameter.in(this);
            }
            return value;
        }
    }

    /** What was meant, or how to answer. */
    public sealed interface Parsed<T> {
        record Right<T>(T arguments) implements Parsed<T> {}

        record Wrong<T>(Reply reply) implements Parsed<T> {}
    }

    /** What a reader of parameters throws at one that is wrong; caught where the command is parsed. */
    static final class WrongParameter extends Exception {
        private static final long serialVersionUID = 1;

        private final transient Reply reply;

        WrongParameter(Reply reply) {
            super(reply.text(), null, false, false);
            this.reply = reply;
        }

        Reply reply() {
            return reply;
        }

        static WrongParameter in(Parameter parameter) {
            return new WrongParameter(Reply.of(501, "5.5.4", "Bad value of " + parameter.keyword()));
        }
    }

    /** Where the path begins behind {@code FROM:} or {@code TO:}; -1 where that is missing. Spaces before it are forgiven. */
    public static int pathStart(String argument, String prefix) {
        if (!Ascii.hasAt(argument, 0, prefix)) {
            return -1;
        }
        int at = prefix.length();
        while (at < argument.length() && argument.charAt(at) == ' ') {
            at++;
        }
        return at;
    }

    /** Reads {@code " KEY=value KEY2"}; each keyword once (RFC 5321 §4.1.1.11). */
    static List<Parameter> read(String text) throws WrongParameter {
        List<Parameter> parameters = new ArrayList<>(4);
        Set<String> keywords = new HashSet<>();
        if (!text.isEmpty() && text.charAt(0) != ' ') {
            throw new WrongParameter(MALFORMED);
        }
        for (String word : text.split(" ", -1)) {
            if (word.isEmpty()) {
                continue;
            }
            int equals = word.indexOf('=');
            String keyword = Ascii.upper(equals < 0 ? word : word.substring(0, equals));
            if (!isAscii(keyword)) {
                throw new WrongParameter(UNKNOWN);
            }
            @Nullable String value = equals < 0 ? null : word.substring(equals + 1);
            if (!isKeyword(keyword) || (value != null && value.isEmpty()) || !keywords.add(keyword)) {
                throw new WrongParameter(MALFORMED);
            }
            parameters.add(new Parameter(keyword, value));
        }
        return parameters;
    }

    private static boolean isKeyword(String keyword) {
        return !keyword.isEmpty()
                && keyword.charAt(0) != '-'
                && keyword.chars().allMatch(c -> c == '-' || (c < 0x80 && Character.isLetterOrDigit(c)));
    }

    public static boolean isAscii(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) >= 0x80) {
                return false;
            }
        }
        return true;
    }

    /** Whether SMTPUTF8 is among the parameters of a command whose path could not be read. */
    public static boolean asksForUtf8(String argument) {
        return Ascii.upper(argument).contains(" SMTPUTF8");
    }
}
