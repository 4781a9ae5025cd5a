package org.postrider.mail;

import java.util.Locale;

/**
 * What one check found out about a client, an envelope or a message.
 *
 * @param check its name, out of our own code and never a stranger's words: metrics count by it
 * @param weight what it adds to the score; 0 where {@code verdict} is not {@link Verdict#SCORE}
 * @param detail for people, printable ASCII. Names no recipient, as the message's header shows it to all of them
 */
public record Finding(String check, Verdict verdict, int weight, String detail) {
    /** Characters of a detail; the rest is cut. */
    public static final int DETAIL_MAX = 200;

    /** What a check says. */
    public enum Verdict {
        /** Nothing against it, or something for it. */
        PASS,
        /** It could not be found out. */
        UNKNOWN,
        /** Something against it, to be noted and no more. */
        TAG,
        /** Something that counts, with a weight, for or against it. */
        SCORE,
        /** It should come again later. */
        DEFER,
        /** It should be refused for good. */
        REJECT;

        /** As logs, headers and metrics write it. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public Finding {
        detail = printable(detail);
    }

    private static String printable(String text) {
        StringBuilder printable = new StringBuilder(Math.min(text.length(), DETAIL_MAX));
        for (int i = 0; i < text.length() && i < DETAIL_MAX; i++) {
            char c = text.charAt(i);
            printable.append(c >= ' ' && c < 0x7f ? c : '?');
        }
        return printable.toString();
    }

    /** On one line: {@code dnsbl reject: zen.example lists 192.0.2.1}. */
    public String text() {
        String weighed = verdict == Verdict.SCORE ? " " + weight : "";
        return check + " " + verdict.word() + weighed + (detail.isEmpty() ? "" : ": " + detail);
    }
}
