package org.postrider.fuzz;

import java.time.Instant;
import org.postrider.mailauth.AuthResult;
import org.postrider.mailauth.HeaderSection;
import org.postrider.mailauth.arc.ArcResult;
import org.postrider.mailauth.arc.ArcSealer;
import org.postrider.mailauth.arc.ArcValidation;
import org.postrider.mailauth.dkim.CryptoProviders;
import org.postrider.mailauth.dkim.DkimSettings;
import org.postrider.mailauth.dkim.KeyLookups;
import org.postrider.mailauth.dkim.MessagePass;
import org.postrider.testing.FakeResolver;

/** A header section with sets of ARC: no chain passes by chance. */
public final class ArcFuzz {
    private static final Instant NOW = Instant.parse("2026-11-26T12:00:00Z");
    private static final String KEY = "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";

    private ArcFuzz() {}

    public static void fuzzerTestOneInput(byte[] input) {
        HeaderSection header = HeaderSection.of(input, input.length);
        MessagePass pass = MessagePass.of(
                header,
                new KeyLookups(new FakeResolver().txt("s._domainkey.d.example", KEY), Runnable::run),
                CryptoProviders.jdk(),
                DkimSettings.DEFAULT,
                NOW);
        ArcValidation validation = new ArcValidation(pass);
        pass.finish();
        ArcResult result = validation.result();
        if (result.result() == AuthResult.PASS || result.sets() < 0 || result.sets() > 50) {
            throw new AssertionError("came to " + result);
        }
        String results = ArcSealer.results(header, "mx.example");
        if (!results.startsWith("mx.example")) {
            throw new AssertionError("whose results are these: " + results);
        }
    }
}
