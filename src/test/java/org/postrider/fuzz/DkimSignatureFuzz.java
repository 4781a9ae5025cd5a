package org.postrider.fuzz;

import java.time.Instant;
import java.util.Arrays;
import org.postrider.mailauth.AuthResult;
import org.postrider.mailauth.HeaderSection;
import org.postrider.mailauth.dkim.CryptoProviders;
import org.postrider.mailauth.dkim.DkimResults;
import org.postrider.mailauth.dkim.DkimSettings;
import org.postrider.mailauth.dkim.DkimVerification;
import org.postrider.mailauth.dkim.KeyLookups;
import org.postrider.mailauth.dkim.MessagePass;
import org.postrider.testing.FakeResolver;

/**
 * A whole message with signatures: none passes by chance, and how the body came in slices is no matter. The
 * first octet is the size of the slices.
 */
public final class DkimSignatureFuzz {
    private static final Instant NOW = Instant.parse("2026-11-26T12:00:00Z");
    private static final String KEY_NAME = "s._domainkey.d.example";
    /** Of RFC 8463 A.2; nobody signs by chance with it. */
    private static final String KEY = "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";

    private DkimSignatureFuzz() {}

    public static void fuzzerTestOneInput(byte[] input) {
        if (input.length == 0) {
            return;
        }
        DkimResults whole = verify(input, input.length);
        DkimResults parts = verify(input, 1 + (input[0] & 0x1f));
        if (!whole.equals(parts)) {
            throw new AssertionError("the slices matter: " + whole + " and " + parts);
        }
        if (whole.results().stream().anyMatch(result -> result.result() == AuthResult.PASS)) {
            throw new AssertionError("passed: " + whole);
        }
    }

    private static DkimResults verify(byte[] input, int sliceOctets) {
        int bodyStart = bodyStart(input);
        byte[] headerOctets = Arrays.copyOfRange(input, 1, bodyStart);
        MessagePass pass = MessagePass.of(
                HeaderSection.of(headerOctets, headerOctets.length),
                new KeyLookups(new FakeResolver().txt(KEY_NAME, KEY), Runnable::run),
                CryptoProviders.jdk(),
                DkimSettings.DEFAULT,
                NOW);
        DkimVerification verification = new DkimVerification(pass);
        for (int at = bodyStart; at < input.length; at += sliceOctets) {
            pass.write(input, at, Math.min(sliceOctets, input.length - at));
        }
        pass.finish();
        return verification.results();
    }

    private static int bodyStart(byte[] input) {
        for (int i = 1; i + 1 < input.length; i++) {
            if (input[i] == '\n' && input[i + 1] == '\n') {
                return i + 2;
            }
        }
        return input.length;
    }
}
