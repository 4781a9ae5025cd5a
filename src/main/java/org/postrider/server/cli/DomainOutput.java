package org.postrider.server.cli;

import java.io.PrintWriter;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.postrider.http.DomainViews;
import picocli.CommandLine.Option;

/** In which form a command shows a domain. */
final class DomainOutput {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm'Z'").withZone(ZoneOffset.UTC);

    @Option(names = "--json", description = "As JSON.")
    private boolean json;

    @Option(names = "--zone", description = "The records for a zone file.")
    private boolean zone;

    void show(PrintWriter out, DomainViews.View domain) throws CommandFailed {
        if (json && zone) {
            throw new CommandFailed(ExitCodes.USAGE, "--json or --zone, one of them");
        }
        if (json) {
            Output.json(out, domain);
        } else if (zone) {
            domain.records().forEach(record -> out.print(zoneText(record)));
            out.flush();
        } else {
            people(out, domain);
        }
    }

    /** What is optional or to go stands there as a remark, so that the rest can be taken as it is. */
    private static String zoneText(DomainViews.Published record) {
        boolean remark = record.need().equals("optional") || record.need().equals("remove");
        return "; " + Output.plain(record.why()) + "\n" + (remark ? "; " : "") + record.name() + ". IN " + record.type()
                + " " + Output.plain(record.data()) + "\n";
    }

    private static void people(PrintWriter out, DomainViews.View domain) {
        out.println("Keys of " + Output.plain(domain.name()) + ":");
        Output.table(
                out,
                List.of("SELECTOR", "ALGORITHM", "STATE"),
                domain.keys().stream()
                        .map(key -> List.of(
                                key.selector(),
                                key.algorithm()
                                        + (key.algorithm().startsWith("rsa") ? ", " + key.bits() + " bits" : ""),
                                state(key)))
                        .toList());
        out.println();
        out.println("Records for the DNS:");
        for (DomainViews.Published record : domain.records()) {
            out.println();
            out.println(Output.plain(record.why()));
            out.println("  " + record.need().toUpperCase(Locale.ROOT) + "  " + record.name() + ".  " + record.type());
            for (String string : record.strings()) {
                String shown = record.type().equals("TXT") ? '"' + Output.plain(string) + '"' : Output.plain(string);
                out.println("    " + shown);
            }
        }
        out.flush();
    }

    static String state(DomainViews.Key key) {
        return switch (key.phase()) {
            case "published" ->
                key.seen() == null
                        ? "waits for its record"
                        : "seen " + time(key.seen()) + ", signs from " + time(key.signsFrom()) + " on";
            case "active" -> "signs since " + time(key.activated());
            default ->
                "signs no more since " + time(key.withdrawn()) + ", record needed until " + time(key.removable());
        };
    }

    private static String time(@Nullable Instant time) {
        return time == null ? "" : TIME.format(time);
    }
}
