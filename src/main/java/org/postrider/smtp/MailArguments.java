package org.postrider.smtp;

import java.util.Optional;
import org.postrider.mail.Ascii;
import org.postrider.mail.BodyType;
import org.postrider.mail.DsnReturn;
import org.postrider.mail.MailParameters;
import org.postrider.mail.TlsWish;
import org.postrider.smtp.EsmtpParameters.Parameter;
import org.postrider.smtp.EsmtpParameters.Parsed;
import org.postrider.smtp.EsmtpParameters.WrongParameter;

/**
 * The parameters of MAIL: SIZE, BODY, SMTPUTF8, RET, ENVID, REQUIRETLS (RFC 1870, 6152, 3030, 6531, 3461, 8689).
 *
 * @param declaredOctets 0 where there was no SIZE=
 */
public record MailArguments(MailParameters parameters, long declaredOctets) {
    private static final MailArguments NONE = new MailArguments(MailParameters.PLAIN, 0);
    private static final int LONG_DIGITS_MAX = 18;

    /**
     * Reads the parameters of a MAIL command.
     *
     * @param extended whether the client said EHLO; without it there are no parameters
     * @param auth whether AUTH is offered, and so the parameter of that name
     * @param secured whether this is said in TLS, where alone REQUIRETLS is known (RFC 8689 §2)
     */
    public static Parsed<MailArguments> parse(String text, boolean extended, boolean auth, boolean secured) {
        if (text.isEmpty()) {
            return new Parsed.Right<>(NONE);
        }
        return parse(text, NONE, extended, auth, secured);
    }

    /**
     * Reads parameters that are to change those of a message that is here already; what they do not name stays. REQUIRETLS is
     * not among them: only the client can ask for it, under TLS.
     *
     * @param text with a space before each
     */
    public static Parsed<MailArguments> change(MailParameters before, String text) {
        return parse(text, new MailArguments(before, 0), true, true, false);
    }

    private static Parsed<MailArguments> parse(
            String text, MailArguments before, boolean extended, boolean auth, boolean secured) {
        try {
            MailArguments arguments = before;
            for (Parameter parameter : EsmtpParameters.read(text)) {
                boolean unoffered = !secured && parameter.keyword().equals(Extension.REQUIRE_TLS.keyword());
                if (!extended || unoffered) {
                    throw new WrongParameter(EsmtpParameters.UNKNOWN);
                }
                if (auth && parameter.keyword().equals("AUTH")) {
                    // RFC 4954 §5: of a client that is not trusted with it, it means as much as AUTH=<>.
                    if (Xtext.decode(parameter.required()).isEmpty()) {
                        throw WrongParameter.in(parameter);
                    }
                } else {
                    arguments = arguments.with(parameter);
                }
            }
            return new Parsed.Right<>(arguments);
        } catch (WrongParameter wrong) {
            return new Parsed.Wrong<>(wrong.reply());
        }
    }

    private MailArguments with(Parameter parameter) throws WrongParameter {
        MailParameters p = parameters;
        return switch (parameter.keyword()) {
            case "SIZE" -> new MailArguments(p, octets(parameter));
            case "BODY" ->
                with(new MailParameters(body(parameter), p.smtpUtf8(), p.dsnReturn(), p.envelopeId(), p.tls()));
            case "SMTPUTF8" -> {
                if (parameter.value() != null) {
                    throw WrongParameter.in(parameter);
                }
                yield with(new MailParameters(p.body(), true, p.dsnReturn(), p.envelopeId(), p.tls()));
            }
            case "REQUIRETLS" -> {
                if (parameter.value() != null) {
                    throw WrongParameter.in(parameter);
                }
                yield with(p.wishing(TlsWish.REQUIRED));
            }
            case "RET" ->
                with(new MailParameters(p.body(), p.smtpUtf8(), dsnReturn(parameter), p.envelopeId(), p.tls()));
            case "ENVID" ->
                with(new MailParameters(p.body(), p.smtpUtf8(), p.dsnReturn(), envelopeId(parameter), p.tls()));
            default -> throw new WrongParameter(EsmtpParameters.UNKNOWN);
        };
    }

    private MailArguments with(MailParameters changed) {
        return new MailArguments(changed, declaredOctets);
    }

    private static long octets(Parameter parameter) throws WrongParameter {
        String digits = parameter.required();
        if (digits.length() > WireLimits.SIZE_DIGITS_MAX || !digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
            throw WrongParameter.in(parameter);
        }
        // RFC 1870 §4 allows twenty digits, which no long holds; such a message is too big in any case.
        return digits.length() > LONG_DIGITS_MAX ? Long.MAX_VALUE : Long.parseLong(digits);
    }

    private static BodyType body(Parameter parameter) throws WrongParameter {
        String keyword = Ascii.upper(parameter.required());
        for (BodyType type : BodyType.values()) {
            if (type.keyword().equals(keyword)) {
                return type;
            }
        }
        throw WrongParameter.in(parameter);
    }

    private static DsnReturn dsnReturn(Parameter parameter) throws WrongParameter {
        return switch (Ascii.upper(parameter.required())) {
            case "FULL" -> DsnReturn.FULL;
            case "HDRS" -> DsnReturn.HDRS;
            default -> throw WrongParameter.in(parameter);
        };
    }

    private static String envelopeId(Parameter parameter) throws WrongParameter {
        String xtext = parameter.required();
        // RFC 3461 §4.4: 100 characters as they are on the wire.
        Optional<String> id =
                xtext.length() > MailParameters.ENVELOPE_ID_OCTETS_MAX ? Optional.empty() : Xtext.decode(xtext);
        return id.orElseThrow(() -> WrongParameter.in(parameter));
    }
}
