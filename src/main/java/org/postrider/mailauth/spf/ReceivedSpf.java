package org.postrider.mailauth.spf;

import org.postrider.mailauth.AuthResult;

/**
 * Writes the {@code Received-SPF} field (RFC 7208 §9.1), folded. What a client or a domain said is put in only as printable
 * ASCII of bounded length, quoted, so that it cannot break out of its place.
 */
public final class ReceivedSpf {
    public static final String NAME = "Received-SPF";

    /** Longer values are cut: with what escapes them they stay within a line of 998 octets (RFC 5322 §2.1.1). */
    private static final int VALUE_CHARACTERS_MAX = 300;

    /** RFC 5322 §2.1.1: where lines should end. */
    private static final int LINE_CHARACTERS = 78;

    private static final String ATOM_SPECIALS = "!#$%&'*+-/=?^_`{|}~";

    private ReceivedSpf() {}

    /**
     * Appends the field with its CRLF.
     *
     * @param receiver our name
     */
    public static void append(StringBuilder text, String receiver, SpfQuestion question, SpfOutcome outcome) {
        String begin = NAME + ": " + outcome.result().text() + " (";
        comment(text.append(begin), begin.length(), receiver + ": " + sentence(question, outcome));
        text.append(')');
        Keys keys = new Keys(text);
        keys.add("receiver", receiver);
        keys.add("client-ip", new Client(question.client()).readable());
        if (question.identity() == Identity.MAILFROM) {
            keys.add("envelope-from", question.sender());
        }
        keys.add("helo", question.helo());
        keys.add("identity", question.identity().text());
        switch (outcome.result()) {
            case PASS, FAIL, SOFTFAIL, NEUTRAL ->
                keys.add("mechanism", outcome.mechanism().orElse("default"));
            case TEMPERROR, PERMERROR -> outcome.problem().ifPresent(problem -> keys.add("problem", problem));
            case NONE, POLICY -> {}
        }
        text.append("\r\n");
    }

    private static String sentence(SpfQuestion question, SpfOutcome outcome) {
        String client = new Client(question.client()).readable();
        String domain = "domain of " + question.sender();
        AuthResult result = outcome.result();
        return switch (result) {
            case PASS -> domain + " designates " + client + " as permitted sender";
            case FAIL -> domain + " does not designate " + client + " as permitted sender";
            case SOFTFAIL -> domain + " probably does not designate " + client + " as permitted sender";
            case NEUTRAL -> client + " is neither permitted nor denied by " + domain;
            case NONE, POLICY -> domain + " does not designate permitted senders";
            case TEMPERROR -> "policy of " + domain + " cannot be looked up now";
            case PERMERROR -> "policy of " + domain + " cannot be understood";
        };
    }

    /** RFC 5322 §3.2.2, folded between words. */
    private static void comment(StringBuilder text, int column, String words) {
        int at = column;
        for (String word : Plain.of(words, VALUE_CHARACTERS_MAX).split(" ", -1)) {
            boolean first = at == column;
            boolean fold = !first && at + word.length() >= LINE_CHARACTERS;
            text.append(first ? "" : fold ? "\r\n\t" : " ");
            escape(text, word, "()\\");
            at = (fold ? 0 : at) + 1 + word.length();
        }
    }

    private static void escape(StringBuilder text, String plain, String specials) {
        for (int i = 0; i < plain.length(); i++) {
            char c = plain.charAt(i);
            text.append(specials.indexOf(c) >= 0 ? "\\" : "").append(c);
        }
    }

    /** Writes {@code key=value}, each pair on a line of its own. */
    private static final class Keys {
        private final StringBuilder text;
        private String before = "\r\n\t";

        Keys(StringBuilder text) {
            this.text = text;
        }

        void add(String key, String value) {
            text.append(before).append(key).append('=');
            before = ";\r\n\t";
            String plain = Plain.of(value, VALUE_CHARACTERS_MAX);
            if (isDotAtom(plain)) {
                text.append(plain);
            } else {
                escape(text.append('"'), plain, "\"\\");
                text.append('"');
            }
        }

        /** RFC 5322 §3.2.3. */
        private static boolean isDotAtom(String value) {
            boolean dot = true;
            for (int i = 0; i < value.length(); i++) {
                char c = value.charAt(i);
                boolean atom = (c >= 'a' && c <= 'z')
                        || (c >= 'A' && c <= 'Z')
                        || (c >= '0' && c <= '9')
                        || ATOM_SPECIALS.indexOf(c) >= 0;
                if (!atom && (c != '.' || dot)) {
                    return false;
                }
                dot = c == '.';
            }
            return !dot;
        }
    }
}
