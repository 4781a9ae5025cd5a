package org.postrider.feedback;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.postrider.report.dmarc.AggregateReport.Disposition;
import org.postrider.report.dmarc.AggregateReport.DkimResult;
import org.postrider.report.dmarc.AggregateReport.Reason;
import org.postrider.report.dmarc.AggregateReport.Row;
import org.postrider.report.dmarc.AggregateReport.SpfResult;

/**
 * Rows of reports as the state database keeps them: a line for each fact, its parts separated by tabs. Equal rows have equal
 * texts, whatever they count.
 */
final class RowText {
    private static final int PART_CHARS_MAX = 300;

    private RowText() {}

    static String text(Row row) {
        StringBuilder text = new StringBuilder();
        line(text, "source", row.source());
        line(text, "disposition", row.disposition().name());
        line(text, "aligned", row.dkimAligned() ? "dkim" : "", row.spfAligned() ? "spf" : "");
        line(text, "from", row.headerFrom());
        row.envelopeFrom().ifPresent(domain -> line(text, "mail", domain));
        if (!row.envelopeTo().isEmpty()) {
            line(text, "rcpt", row.envelopeTo());
        }
        row.reasons().forEach(reason -> line(text, "reason", reason.type(), reason.comment()));
        row.dkim().forEach(each -> line(text, "dkim", each.domain(), each.selector(), each.result(), each.comment()));
        row.spf().forEach(each -> line(text, "spf", each.domain(), each.scope(), each.result(), each.comment()));
        return text.toString();
    }

    private static void line(StringBuilder text, String name, String... parts) {
        text.append(name);
        for (String part : parts) {
            text.append('\t');
            part.chars().limit(PART_CHARS_MAX).forEach(c -> text.append(c < ' ' || c == 0x7f ? '?' : (char) c));
        }
        text.append('\n');
    }

    static Row row(String text, long count) {
        String source = "";
        Disposition disposition = Disposition.NONE;
        boolean dkimAligned = false;
        boolean spfAligned = false;
        String headerFrom = "";
        Optional<String> envelopeFrom = Optional.empty();
        String envelopeTo = "";
        List<Reason> reasons = new ArrayList<>();
        List<DkimResult> dkim = new ArrayList<>();
        List<SpfResult> spf = new ArrayList<>();
        for (String line : text.lines().toList()) {
            String[] parts = (line + "\t\t\t\t").split("\t", 6);
            switch (parts[0]) {
                case "source" -> source = parts[1];
                case "disposition" -> disposition = Disposition.valueOf(parts[1]);
                case "aligned" -> {
                    dkimAligned = parts[1].equals("dkim");
                    spfAligned = parts[2].equals("spf");
                }
                case "from" -> headerFrom = parts[1];
                case "mail" -> envelopeFrom = Optional.of(parts[1]);
                case "rcpt" -> envelopeTo = parts[1];
                case "reason" -> reasons.add(new Reason(parts[1], parts[2]));
                case "dkim" -> dkim.add(new DkimResult(parts[1], parts[2], parts[3], parts[4]));
                case "spf" -> spf.add(new SpfResult(parts[1], parts[2], parts[3], parts[4]));
                default -> {
                    // A later release knows more of a row; what it means to this one it still says.
                }
            }
        }
        return new Row(
                source,
                count,
                disposition,
                dkimAligned,
                spfAligned,
                reasons,
                headerFrom,
                envelopeFrom,
                envelopeTo,
                dkim,
                spf);
    }
}
