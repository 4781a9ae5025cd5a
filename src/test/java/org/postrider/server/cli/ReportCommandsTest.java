package org.postrider.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.postrider.report.dmarc.AggregateReport;
import org.postrider.report.dmarc.AggregateReport.Disposition;
import org.postrider.report.dmarc.AggregateReport.Metadata;
import org.postrider.report.dmarc.AggregateReport.PublishedPolicy;
import org.postrider.report.dmarc.AggregateReport.Row;
import org.postrider.report.dmarc.AggregateReportWriter;
import org.postrider.server.cli.CommandLineUser.Result;

@Timeout(30)
final class ReportCommandsTest {
    @TempDir
    private Path directory;

    private Path report() throws IOException {
        Instant end = Instant.now();
        AggregateReport report = new AggregateReport(
                new Metadata("Watcher", "w@watch.example", "", "id1", end.minusSeconds(86_400), end, "", ""),
                new PublishedPolicy("example.com", "", "reject", "", "", "", "", "", ""),
                List.of(
                        new Row(
                                "192.0.2.1",
                                41,
                                Disposition.PASS,
                                true,
                                true,
                                List.of(),
                                "example.com",
                                Optional.empty(),
                                "",
                                List.of(),
                                List.of()),
                        new Row(
                                "203.0.113.9",
                                1,
                                Disposition.REJECT,
                                false,
                                false,
                                List.of(),
                                "example.com",
                                Optional.empty(),
                                "",
                                List.of(),
                                List.of())));
        return Files.write(directory.resolve("report.xml"), AggregateReportWriter.xml(report));
    }

    @Test
    void takesReportsInAndShowsWhoSends() throws IOException {
        try (CommandLineUser user = CommandLineUser.withRoute(directory, "hold")) {
            String file = report().toString();
            assertThat(user.ask("report", "show").err()).contains("No reports");
            Result taken = user.ask("report", "import", file);
            assertThat(taken.code()).as(taken.err()).isZero();
            assertThat(taken.out()).contains("42 messages of example.com, by watcher");
            assertThat(user.ask("report", "import", file).out()).contains("known already");
            assertThat(user.ask("report", "show", "--domain", "example.com").out())
                    .contains("example.com: 42 messages in 1 reports, 41 passed, 1 failed")
                    .contains("203.0.113.9")
                    .contains("watcher");
            assertThat(user.ask("report", "show", "--all").out())
                    .as("what a person brings is authentic")
                    .contains("42 messages in 1 reports")
                    .doesNotContain("not authentic");
            Result json = user.ask("report", "show", "--json");
            assertThat(Output.JSON
                            .readTree(json.out())
                            .path("dmarc")
                            .path(0)
                            .path("sources")
                            .path(0)
                            .path("passed")
                            .asLong())
                    .isEqualTo(41);
            assertThat(Output.JSON
                            .readTree(user.ask("report", "show", "--domain", "example.net", "--json")
                                    .out())
                            .path("dmarc")
                            .size())
                    .isZero();
        }
    }

    @Test
    void saysWhichFilesAreNoReports() throws IOException {
        try (CommandLineUser user = CommandLineUser.withRoute(directory, "hold")) {
            Path file = Files.writeString(directory.resolve("other.xml"), "<other/>");
            Result refused = user.ask("report", "import", file.toString());
            assertThat(refused.code()).isEqualTo(ExitCodes.REFUSED);
            assertThat(refused.out()).contains("refused: no report");
            assertThat(user.ask("report", "import", directory.resolve("none").toString())
                            .code())
                    .isEqualTo(ExitCodes.IO);
            assertThat(user.ask("report", "show", "--days", "0").code()).isEqualTo(ExitCodes.USAGE);
        }
    }
}
