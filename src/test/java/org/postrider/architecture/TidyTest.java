package org.postrider.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.LineMap;
import com.sun.source.tree.MethodTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.TreeScanner;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;

/** Holds the budgets of CONTRIBUTING.md on the sources themselves. */
final class TidyTest {
    private static final int FILE_LINES_MAX = 600;
    private static final int METHOD_LINES_MAX = 60;
    private static final Pattern LEFT_OPEN = Pattern.compile("\\b(TODO|FIXME|XXX)\\b");
    private static final Pattern SLEEP = Pattern.compile("Thread\\.sleep\\(|@Disabled");

    @Test
    void filesHaveAtMost600Lines() throws IOException {
        List<String> over = new ArrayList<>();
        for (Path file : sources()) {
            int lines = Files.readAllLines(file).size();
            if (lines > FILE_LINES_MAX) {
                over.add(file + ": " + lines);
            }
        }
        assertThat(over).isEmpty();
    }

    @Test
    void methodsHaveAtMost60Lines() throws IOException {
        List<String> over = new ArrayList<>();
        var compiler = ToolProvider.getSystemJavaCompiler();
        try (var files = compiler.getStandardFileManager(null, null, null)) {
            var units = files.getJavaFileObjectsFromPaths(sources());
            JavacTask task = (JavacTask) compiler.getTask(null, files, null, List.of("-proc:none"), null, units);
            SourcePositions positions = Trees.instance(task).getSourcePositions();
            for (CompilationUnitTree unit : task.parse()) {
                new MethodLengths(unit, positions, over).scan(unit, null);
            }
        }
        assertThat(over).isEmpty();
    }

    @Test
    void everyPackageSaysWhatItIsFor() throws IOException {
        List<Path> silent = new ArrayList<>();
        try (Stream<Path> all = Files.walk(Path.of("src/main/java"))) {
            for (Path folder : all.filter(Files::isDirectory).toList()) {
                boolean hasCode;
                try (Stream<Path> inside = Files.list(folder)) {
                    hasCode = inside.anyMatch(p -> p.toString().endsWith(".java"));
                }
                if (hasCode && !Files.exists(folder.resolve("package-info.java"))) {
                    silent.add(folder);
                }
            }
        }
        assertThat(silent).isEmpty();
    }

    @Test
    void nothingIsLeftOpenInTheTree() throws IOException {
        assertThat(linesMatching(LEFT_OPEN, sources())).isEmpty();
    }

    @Test
    void testsNeitherSleepNorAreSwitchedOff() throws IOException {
        List<Path> tests = sources().stream()
                .filter(p -> p.startsWith("src/test") && !p.endsWith("TidyTest.java"))
                .toList();
        assertThat(linesMatching(SLEEP, tests)).isEmpty();
    }

    private static List<String> linesMatching(Pattern pattern, List<Path> files) throws IOException {
        List<String> found = new ArrayList<>();
        for (Path file : files) {
            if (file.endsWith("TidyTest.java")) {
                continue;
            }
            List<String> lines = Files.readAllLines(file);
            for (int i = 0; i < lines.size(); i++) {
                if (pattern.matcher(lines.get(i)).find()) {
                    found.add(file + ":" + (i + 1) + ": " + lines.get(i).strip());
                }
            }
        }
        return found;
    }

    private static List<Path> sources() throws IOException {
        try (Stream<Path> all = Files.walk(Path.of("src"))) {
            return all.filter(p -> p.toString().endsWith(".java")).sorted().toList();
        }
    }

    private static final class MethodLengths extends TreeScanner<Void, Void> {
        private final CompilationUnitTree unit;
        private final SourcePositions positions;
        private final List<String> over;
        private String type = "";

        MethodLengths(CompilationUnitTree unit, SourcePositions positions, List<String> over) {
            this.unit = unit;
            this.positions = positions;
            this.over = over;
        }

        @Override
        public Void visitClass(ClassTree node, Void nothing) {
            String outer = type;
            type = node.getSimpleName().isEmpty() ? outer : node.getSimpleName().toString();
            super.visitClass(node, null);
            type = outer;
            return null;
        }

        @Override
        public Void visitMethod(MethodTree node, Void nothing) {
            LineMap lines = unit.getLineMap();
            long start = positions.getStartPosition(unit, node);
            long end = positions.getEndPosition(unit, node);
            long length = end < 0 ? 0 : lines.getLineNumber(end) - lines.getLineNumber(start) + 1;
            if (length > METHOD_LINES_MAX) {
                over.add(type + "." + node.getName() + ": " + length);
            }
            return super.visitMethod(node, null);
        }
    }
}
