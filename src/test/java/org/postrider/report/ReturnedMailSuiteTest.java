package org.postrider.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reports of many hosts against what another reader makes of them. Agreement is a share: some of its words are a matter of
 * taste, and some of its expectations rest on knowing one host.
 */
class ReturnedMailSuiteTest {
    private static final Path SUITE = Path.of("../shared/conformance");

    /** How many expectations there are of a kind of report, and how many are met. */
    private record Tally(int all, int reasons, int hard, int statuses) {
        Tally plus(boolean reason, boolean hardness, boolean status) {
            return new Tally(
                    all + 1, reasons + (reason ? 1 : 0), hard + (hardness ? 1 : 0), statuses + (status ? 1 : 0));
        }
    }

    @ParameterizedTest
    @CsvSource({"dsn, 90, 94, 93", "words, 77, 89, 45"})
    void agreesWithTheExpectations(String kind, int reasonPercent, int hardPercent, int statusPercent)
            throws IOException {
        Path bounces = SUITE.resolve("bounces");
        assumeTrue(Files.isDirectory(bounces), "no bounces of others at " + bounces + ": agreement is not measured");
        Tally tally = new Tally(0, 0, 0, 0);
        for (JsonNode each :
                JsonMapper.builder().build().readTree(Files.readAllBytes(bounces.resolve("expected.json")))) {
            byte[] message = Files.readAllBytes(bounces.resolve(each.get("file").stringValue()));
            String text = new String(message, StandardCharsets.ISO_8859_1).toLowerCase(Locale.ROOT);
            boolean complaint = text.contains("message/feedback-report");
            if (!complaint && text.contains("delivery-status") == kind.equals("dsn")) {
                tally = compared(tally, BounceReader.read(message), each.get("expect"));
            }
        }
        assertThat(100 * tally.reasons / tally.all).as(tally.toString()).isGreaterThanOrEqualTo(reasonPercent);
        assertThat(100 * tally.hard / tally.all).as(tally.toString()).isGreaterThanOrEqualTo(hardPercent);
        assertThat(100 * tally.statuses / tally.all).as(tally.toString()).isGreaterThanOrEqualTo(statusPercent);
    }

    private static Tally compared(Tally before, ReturnedMail read, JsonNode expectations) {
        Tally tally = before;
        List<ReturnedMail.Recipient> recipients = read instanceof ReturnedMail.Bounce(var found) ? found : List.of();
        for (int i = 0; i < expectations.size(); i++) {
            JsonNode wanted = expectations.get(i);
            boolean there = i < recipients.size();
            tally = tally.plus(
                    there
                            && recipients
                                    .get(i)
                                    .reason()
                                    .word()
                                    .equals(wanted.get("reason").stringValue()),
                    there && recipients.get(i).hard() == wanted.get("hard").booleanValue(),
                    there
                            && recipients
                                    .get(i)
                                    .status()
                                    .equals(wanted.get("status").stringValue()));
        }
        return tally;
    }

    @Test
    void readsEveryReportThatIsOne() throws IOException {
        assumeTrue(Files.isDirectory(SUITE), "no reports of others at " + SUITE + ": they are not read");
        for (Path file : mails("dsn")) {
            assertThat(BounceReader.read(Files.readAllBytes(file)))
                    .as(file.toString())
                    .isInstanceOf(ReturnedMail.Bounce.class);
        }
        for (Path file : mails("arf")) {
            assertThat(BounceReader.read(Files.readAllBytes(file)))
                    .as(file.toString())
                    .isInstanceOf(ReturnedMail.Complaint.class);
        }
    }

    private static List<Path> mails(String folder) throws IOException {
        try (Stream<Path> files = Files.list(SUITE.resolve(folder))) {
            return files.filter(file -> file.toString().endsWith(".eml"))
                    .sorted()
                    .toList();
        }
    }
}
