package org.postrider.fuzz;

import java.nio.charset.StandardCharsets;
import org.postrider.mail.Domain;
import org.postrider.mail.Mailbox;
import org.postrider.mail.MailboxGrammar;

/** The grammar of addresses; what it takes, it must take again as it writes it. */
public final class AddressFuzz {
    private static final Domain OWN = new Domain("mx.example.net");

    private AddressFuzz() {}

    public static void fuzzerTestOneInput(byte[] input) {
        String text = new String(input, StandardCharsets.UTF_8);
        MailboxGrammar.mailbox(text).ifPresent(AddressFuzz::checkRoundTrip);
        MailboxGrammar.reversePath(text, 0).ifPresent(scanned -> check(text, scanned.end()));
        MailboxGrammar.forwardPath(text, 0, OWN).ifPresent(scanned -> {
            check(text, scanned.end());
            checkRoundTrip(scanned.path().mailbox());
        });
        MailboxGrammar.addressLiteral(text);
    }

    private static void check(String text, int end) {
        if (end < 1 || end > text.length()) {
            throw new AssertionError("ends at " + end + " of " + text.length());
        }
    }

    private static void checkRoundTrip(Mailbox mailbox) {
        String written = mailbox.text();
        if (written.chars().anyMatch(c -> c < ' ' || c == 0x7f)) {
            throw new AssertionError("a control character in " + written);
        }
        if (!MailboxGrammar.mailbox(written).equals(java.util.Optional.of(mailbox))) {
            throw new AssertionError("not taken again: " + written);
        }
    }
}
