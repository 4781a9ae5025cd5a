package org.postrider.sasl;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The two ways in which a bearer token is sent. */
enum BearerForm {
    /** RFC 7628 §3.1: a GS2 header, then key-value pairs, each ended by U+0001, and one more. */
    OAUTHBEARER(
            Mechanism.OAUTHBEARER,
            Pattern.compile(
                    "[ny],(?:a=(?<user>[^,\\x00\\x01]*))?,\\x01(?<pairs>(?:[A-Za-z]+=[^\\x00\\x01]*\\x01){0,16})\\x01"),
            "{\"status\":\"invalid_token\",\"schemes\":\"bearer\"}"),
    /** What came before it, and is still in use: {@code user=…^Aauth=Bearer …^A^A}. */
    XOAUTH2(
            Mechanism.XOAUTH2,
            Pattern.compile("user=(?<user>[^\\x00\\x01]*)\\x01(?<pairs>(?:[A-Za-z]+=[^\\x00\\x01]*\\x01){0,16})\\x01"),
            "{\"status\":\"401\",\"schemes\":\"bearer\"}");

    /** RFC 6750 §2.1: b64token; the scheme in any case (RFC 9110 §11.1). */
    private static final Pattern TOKEN =
            Pattern.compile("(?:^|\\x01)auth=(?i:Bearer) +(?<token>[A-Za-z0-9._~+/-]+=*)\\x01");

    private final Mechanism mechanism;
    private final Pattern message;
    private final String error;

    BearerForm(Mechanism mechanism, Pattern message, String error) {
        this.mechanism = mechanism;
        this.message = message;
        this.error = error;
    }

    /** @param user empty where none was named
     * @param token empty where none was sent: a client that asks what it should do (RFC 7628 §4.3) */
    record Bearer(String user, String token) {}

    Optional<Bearer> read(String text) {
        Matcher matcher = message.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        String written = matcher.group("user") == null ? "" : matcher.group("user");
        Optional<String> user = written.isEmpty()
                ? Optional.of("")
                : (this == OAUTHBEARER ? ScramText.unescape(written) : Optional.of(written)).flatMap(Texts::name);
        Matcher token = TOKEN.matcher(matcher.group("pairs"));
        String found = token.find() ? token.group("token") : "";
        return user.map(name -> new Bearer(name, found));
    }

    Mechanism mechanism() {
        return mechanism;
    }

    /** What a client whose token is no good is told, in JSON, before the exchange fails (RFC 7628 §3.2.2). */
    String error() {
        return error;
    }
}
