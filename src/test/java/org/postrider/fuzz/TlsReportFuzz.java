package org.postrider.fuzz;

import org.postrider.tlspolicy.TlsReport;
import org.postrider.tlsreport.TlsReportJson;

/** Reports on TLS as strangers send them, packed or not; what is taken, must be taken again as we write it. */
public final class TlsReportFuzz {
    private TlsReportFuzz() {}

    public static void fuzzerTestOneInput(byte[] input) {
        check(TlsReportJson.read(input));
        check(TlsReportJson.read(TlsReportJson.packed(input)));
    }

    private static void check(TlsReportJson.Parsed parsed) {
        if (parsed instanceof TlsReportJson.Parsed.Valid(TlsReport report, int _)
                && !(TlsReportJson.read(TlsReportJson.write(report)) instanceof TlsReportJson.Parsed.Valid)) {
            throw new AssertionError("not taken again: " + report);
        }
    }
}
