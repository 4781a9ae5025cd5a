package org.postrider.fuzz;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.postrider.tlspolicy.StsPolicy;
import org.postrider.tlspolicy.StsRecord;
import org.postrider.tlspolicy.TlsReportRecord;

/** Policies and records as strangers publish them; what is taken, must be taken again as we write it. */
public final class StsPolicyFuzz {
    private StsPolicyFuzz() {}

    public static void fuzzerTestOneInput(byte[] input) {
        if (StsPolicy.parse(input) instanceof StsPolicy.Parsed.Valid(StsPolicy policy)) {
            byte[] written = policy.text().getBytes(StandardCharsets.US_ASCII);
            if (!StsPolicy.parse(written).equals(new StsPolicy.Parsed.Valid(policy))) {
                throw new AssertionError("not taken again: " + policy);
            }
        }
        String text = new String(input, StandardCharsets.ISO_8859_1);
        if (StsRecord.parse(List.of(text)) instanceof StsRecord.Valid(String id) && id.isEmpty()) {
            throw new AssertionError("an id of nothing");
        }
        TlsReportRecord.parse(List.of(text, "v=TLSRPTv1; rua=mailto:a@example.net"));
        TlsReportRecord.parse(List.of(text));
    }
}
