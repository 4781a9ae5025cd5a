package org.postrider.fuzz;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import org.postrider.report.dmarc.AggregateReport;
import org.postrider.report.dmarc.AggregateReportReader;
import org.postrider.report.dmarc.AggregateReportWriter;
import org.postrider.report.dmarc.FailureReportReader;
import org.postrider.report.dmarc.ReportReading;

/** Reports of strangers, as files and in mail; what is taken can be written and taken again. */
public final class AggregateReportFuzz {
    private AggregateReportFuzz() {}

    public static void fuzzerTestOneInput(byte[] input) throws IOException {
        check(AggregateReportReader.fromFile(input));
        check(AggregateReportReader.fromMail(new ByteArrayInputStream(input)));
        FailureReportReader.read(new ByteArrayInputStream(input));
    }

    private static void check(ReportReading reading) {
        if (reading instanceof ReportReading.Read(AggregateReport report, boolean _, int _)) {
            ReportReading again = AggregateReportReader.fromXml(AggregateReportWriter.xml(report));
            if (!(again instanceof ReportReading.Read(AggregateReport other, boolean current, int broken))
                    || !current
                    || broken > 0
                    || other.messages() != report.messages()) {
                throw new AssertionError("not taken again: " + again);
            }
        }
    }
}
