package org.postrider.fuzz;

import java.nio.charset.StandardCharsets;
import org.postrider.mailauth.dkim.DkimKey;
import org.postrider.mailauth.dkim.DkimKeyPair;

/** A key record of somebody's DNS, and a private key in PEM: read or refused, and within the bounds of size where read. */
public final class DkimKeyFuzz {
    private DkimKeyFuzz() {}

    public static void fuzzerTestOneInput(byte[] input) {
        String text = new String(input, StandardCharsets.ISO_8859_1);
        switch (DkimKey.read(text)) {
            case DkimKey.Usable(DkimKey key) -> {
                boolean within = key.bits() == 256 || (key.bits() >= 1_024 && key.bits() <= 4_096);
                if (!within) {
                    throw new AssertionError("a key of " + key.bits() + " bits");
                }
            }
            case DkimKey.Unusable unusable -> checkReason(unusable.reason());
        }
        switch (DkimKeyPair.read(text)) {
            case DkimKeyPair.Found(DkimKeyPair pair) -> checkReason(pair.toString());
            case DkimKeyPair.Bad bad -> checkReason(bad.reason());
        }
    }

    private static void checkReason(String reason) {
        if (reason.isEmpty()) {
            throw new AssertionError("no reason");
        }
    }
}
