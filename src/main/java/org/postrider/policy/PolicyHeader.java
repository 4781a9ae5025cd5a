package org.postrider.policy;

import java.util.List;
import org.postrider.mail.Finding;

/** The header field that tells a message's findings. The first one of its name is ours, and names us. */
public final class PolicyHeader {
    public static final String NAME = "Postrider-Policy";

    private PolicyHeader() {}

    /** Appends the field with its CRLF, a finding on each line; nothing where there are no findings. */
    public static void append(StringBuilder text, String host, List<Finding> findings) {
        if (findings.isEmpty()) {
            return;
        }
        text.append(NAME).append(": ").append(host);
        for (Finding finding : findings) {
            text.append(";\r\n\t")
                    .append(finding.check())
                    .append('=')
                    .append(finding.verdict().word());
            if (finding.verdict() == Finding.Verdict.SCORE) {
                text.append(" weight=").append(finding.weight());
            }
            if (!finding.detail().isEmpty()) {
                comment(text.append(" ("), finding.detail());
                text.append(')');
            }
        }
        text.append("\r\n");
    }

    /** RFC 5322 §3.2.2: parentheses and backslashes in a comment need one before them. */
    private static void comment(StringBuilder text, String detail) {
        for (int i = 0; i < detail.length(); i++) {
            char c = detail.charAt(i);
            if (c == '(' || c == ')' || c == '\\') {
                text.append('\\');
            }
            text.append(c);
        }
    }
}
