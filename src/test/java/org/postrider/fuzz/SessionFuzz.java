package org.postrider.fuzz;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.postrider.smtp.server.Ending;
import org.postrider.smtp.server.FakeReceptionist;
import org.postrider.smtp.server.SecurityOffer;
import org.postrider.smtp.server.SessionSettings;
import org.postrider.smtp.server.WireSession;

/** Everything that a client can say in a session: commands, parameters, addresses, AUTH, DATA and BDAT. */
public final class SessionFuzz {
    private static final SessionSettings SETTINGS = new SessionSettings(
            WireSession.SETTINGS.hostname(),
            SessionSettings.Protocol.SMTP,
            SessionSettings.BareLineEnds.NORMALISE,
            false,
            new SecurityOffer(SecurityOffer.Tls.STARTTLS, SecurityOffer.Auth.ALWAYS, Optional::empty),
            WireSession.SETTINGS.limits(),
            WireSession.SETTINGS.timeouts());

    private SessionFuzz() {}

    /** A NUL parts what comes in two packets. */
    public static void fuzzerTestOneInput(byte[] input) throws InterruptedException {
        String text = new String(input, StandardCharsets.ISO_8859_1);
        // The receptionist of the tests has defects planted under these names.
        if (text.contains("defect") || text.contains("memory")) {
            return;
        }
        try (WireSession session = new WireSession(SETTINGS, new FakeReceptionist(), text.split("\0", 8))) {
            Ending ending = session.hangUp().closed().ending();
            if (ending == Ending.FAILED) {
                throw new AssertionError("the session failed");
            }
        }
    }
}
