package org.postrider.server.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** How commands show data. */
final class Output {
    static final JsonMapper JSON = JsonMapper.builder().build();
    private static final JsonMapper PRETTY =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    private Output() {}

    static void json(PrintWriter out, Object value) {
        out.println(PRETTY.writeValueAsString(value));
        out.flush();
    }

    /** A line beside the data, for people. */
    static void note(PrintWriter err, String line) {
        err.println(line);
        err.flush();
    }

    /** Columns under their names, as wide as they must be; whatever comes from outside is made harmless for terminals. */
    static void table(PrintWriter out, List<String> names, List<List<String>> rows) {
        List<List<String>> all = new ArrayList<>();
        all.add(names);
        rows.forEach(row -> all.add(row.stream().map(Output::plain).toList()));
        int[] widths = new int[names.size()];
        for (List<String> row : all) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        }
        for (List<String> row : all) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < widths.length; i++) {
                line.append(row.get(i)).append(" ".repeat(widths[i] - row.get(i).length() + 2));
            }
            out.println(line.toString().stripTrailing());
        }
        out.flush();
    }

    /** Without control characters: a peer's reply must not steer somebody's terminal. */
    static String plain(@Nullable String text) {
        return text == null ? "" : text.replaceAll("[\\p{Cntrl}\\u0080-\\u009f\\u202a-\\u202e\\u2066-\\u2069]", "?");
    }
}
