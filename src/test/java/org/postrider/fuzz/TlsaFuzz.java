package org.postrider.fuzz;

import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.postrider.dns.Tlsa;
import org.postrider.testing.TestCertificate;
import org.postrider.tlspolicy.DaneTlsa;

/** TLSA records of any kind against a good certificate: none but its own digest may match. */
public final class TlsaFuzz {
    private static final TestCertificate AUTHORITY = TestCertificate.authority("Fuzz CA");
    private static final TestCertificate OWN = AUTHORITY.issue("mx.example.net");
    private static final Instant NOW = TestCertificate.validAt();

    private TlsaFuzz() {}

    public static void fuzzerTestOneInput(byte[] input) {
        if (input.length < 3) {
            return;
        }
        byte[] data = Arrays.copyOfRange(input, 3, input.length);
        Tlsa record = new Tlsa(
                input[0] & 0xff,
                input[1] & 0xff,
                input[2] & 0xff,
                HexFormat.of().formatHex(data));
        if (record.text().isEmpty()) {
            throw new AssertionError("a record without a text");
        }
        DaneTlsa.of(List.of(record), "mx.example.net", Set.of("mx.example.net")).ifPresent(tlsa -> {
            tlsa.match(List.of(), NOW);
            if (tlsa.match(OWN.chain(), NOW) instanceof DaneTlsa.Match.Matched) {
                throw new AssertionError("matched by chance: " + record.text());
            }
        });
    }
}
