package org.postrider.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.postrider.testing.Requirement;

/**
 * Compares {@code docs/requirements.tsv} with the tags of the tests, and keeps {@code docs/conformance.md}. {@code
 * -Dconformance.write=true} writes that page anew.
 */
final class ConformanceTableTest {
    private static final Path REQUIREMENTS = Path.of("docs/requirements.tsv");
    private static final Path TABLE = Path.of("docs/conformance.md");
    private static final Pattern OWN_ID = Pattern.compile("[A-L]\\d+|conf-\\d+");
    private static final Pattern RFC = Pattern.compile("RFC \\d{3,4}( (§|Appendix ).+)?");

    private static SortedMap<String, SortedSet<String>> testsByTag = new TreeMap<>();
    private static List<Row> rows = List.of();

    private record Row(String id, String level, String source, String planned, String text) {}

    @BeforeAll
    static void read() throws IOException {
        testsByTag = new TreeMap<>();
        var classes = new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.ONLY_INCLUDE_TESTS)
                .importPackages("org.postrider");
        for (JavaClass type : classes) {
            type.tryGetAnnotationOfType(Requirement.class).ifPresent(r -> note(r, type.getSimpleName()));
            for (JavaMethod method : type.getMethods()) {
                method.tryGetAnnotationOfType(Requirement.class)
                        .ifPresent(r -> note(r, type.getSimpleName() + "." + method.getName()));
            }
        }
        rows = Files.readAllLines(REQUIREMENTS).stream()
                .skip(1)
                .map(line -> line.split("\t", -1))
                .map(cell -> new Row(cell[0], cell[1], cell[2], cell[3], cell[4]))
                .toList();
    }

    private static void note(Requirement requirement, String test) {
        for (String tag : requirement.value()) {
            testsByTag.computeIfAbsent(tag, _ -> new TreeSet<>()).add(test);
        }
    }

    @Test
    void everyRequirementOfThisReleaseHasATest() {
        List<String> without = rows.stream()
                .filter(row -> row.planned().isEmpty() && !testsByTag.containsKey(row.id()))
                .map(row -> row.id() + " " + row.text())
                .toList();
        assertThat(without).isEmpty();
    }

    @Test
    void everyTagIsARequirementOrAnRfc() {
        SortedSet<String> known = new TreeSet<>();
        rows.forEach(row -> known.add(row.id()));
        List<String> unknown = testsByTag.keySet().stream()
                .filter(tag -> OWN_ID.matcher(tag).matches()
                        ? !known.contains(tag)
                        : !RFC.matcher(tag).matches())
                .toList();
        assertThat(unknown).isEmpty();
    }

    @Test
    void thePublishedTableIsUpToDate() throws IOException {
        String table = table();
        if (Boolean.getBoolean("conformance.write")) {
            Files.writeString(TABLE, table);
        }
        assertThat(Files.readString(TABLE))
                .as("run the tests once with -Dconformance.write=true")
                .isEqualTo(table);
    }

    private static String table() {
        List<String> lines = new ArrayList<>();
        lines.add("# Conformance");
        lines.add("");
        lines.add(
                "Generated from the tests' `@Requirement` tags and `requirements.tsv`; do not edit. Levels: P1 holds in"
                        + " every release, P2 before 1.0, P3 later.");
        lines.add("");
        lines.add("| id | level | from | requirement | shown by |");
        lines.add("|---|---|---|---|---|");
        for (Row row : rows) {
            SortedSet<String> tests = testsByTag.getOrDefault(row.id(), new TreeSet<>());
            String shown = tests.isEmpty() ? "planned with: " + row.planned() : shorten(tests);
            lines.add("| " + row.id() + " | " + row.level() + " | " + cell(row.source()) + " | " + cell(row.text())
                    + " | " + shown + " |");
        }
        lines.add("");
        lines.add("## By RFC section");
        lines.add("");
        lines.add("| section | tests |");
        lines.add("|---|---|");
        testsByTag.forEach((tag, tests) -> {
            if (tag.startsWith("RFC ")) {
                lines.add("| " + tag + " | " + shorten(tests) + " |");
            }
        });
        return String.join("\n", lines) + "\n";
    }

    private static String shorten(SortedSet<String> tests) {
        int shown = 4;
        String first = String.join(", ", tests.stream().limit(shown).toList());
        return tests.size() > shown ? first + " and " + (tests.size() - shown) + " more" : first;
    }

    private static String cell(String text) {
        return text.replace("|", "\\|");
    }
}
