package org.postrider.fuzz;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.postrider.mail.Domain;
import org.postrider.mail.Mailbox;
import org.postrider.mail.MailboxGrammar;
import org.postrider.mailauth.srs.Srs;

/** Addresses as strangers give them: what we make of one leads back, and nobody else can make one. */
public final class SrsFuzz {
    private static final Instant NOW = Instant.parse("2026-11-26T12:00:00Z");
    private static final Srs SRS = new Srs(List.of("a secret that no input knows"), new Domain("ours.example"), 21);

    private SrsFuzz() {}

    public static void fuzzerTestOneInput(byte[] input) {
        String text = new String(input, StandardCharsets.UTF_8);
        Mailbox mailbox = MailboxGrammar.mailbox(text).orElse(null);
        if (mailbox == null) {
            return;
        }
        if (SRS.concerns(mailbox) && !(SRS.original(mailbox, NOW) instanceof Srs.Forged)) {
            throw new AssertionError("made without the secret: " + text);
        }
        boolean plain = !mailbox.localPart().toUpperCase(Locale.ROOT).startsWith("SRS");
        SRS.rewritten(mailbox, NOW).ifPresent(made -> {
            if (!SRS.concerns(made) || !(SRS.original(made, NOW) instanceof Srs.Sender(Mailbox sender))) {
                throw new AssertionError("does not lead back: " + made);
            }
            if (plain && !sender.equals(mailbox)) {
                throw new AssertionError(made + " leads to " + sender);
            }
        });
    }
}
