package org.postrider.smtp.client;

import org.postrider.tls.Authorities.Verdict;
import org.postrider.tls.TlsFacts;

/** The TLS of a connection: what was agreed, and what the server's certificate is worth. */
public record TlsSession(TlsFacts facts, Verdict verdict) {
    /** A certificate's names are the peer's to choose. */
    private static final int DETAIL_MAX = 300;

    /** Version, cipher and verdict with a space between, as in {@code TLSv1.3 TLS_AES_256_GCM_SHA384 trusted}. */
    public String text() {
        return facts.text() + " " + verdictText(verdict);
    }

    /** {@code trusted}, or {@code untrusted: } and why, printable and not long. */
    static String verdictText(Verdict verdict) {
        return switch (verdict) {
            case Verdict.Trusted _ -> "trusted";
            case Verdict.Distrusted(var _, var detail) -> "untrusted: " + printable(detail);
        };
    }

    static String printable(String text) {
        StringBuilder shown = new StringBuilder();
        text.codePoints().limit(DETAIL_MAX).forEach(c -> shown.append(c >= ' ' && c < 0x7f ? (char) c : '?'));
        return shown.toString();
    }
}
