package org.postrider.server.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A file that a key names, with an entry on each line. Read with the configuration, so that both are of the same moment.
 *
 * @param entries without blank lines and remarks
 */
public record ListFile(Path path, List<String> entries) {
    /** What is read of such a file. */
    static final long OCTETS_MAX = 32L << 20;

    public ListFile {
        entries = List.copyOf(entries);
    }

    static Reading read(Path path) {
        try {
            if (Files.size(path) > OCTETS_MAX) {
                return Reading.bad(path + " is larger than 32 MiB");
            }
            return new Reading.Good(new ListFile(
                    path,
                    Files.readAllLines(path).stream()
                            .map(ListFile::withoutRemark)
                            .filter(line -> !line.isEmpty())
                            .toList()));
        } catch (IOException e) {
            return new Reading.Bad(path + " cannot be read: " + e, "a text file in UTF-8, an entry on each line");
        }
    }

    private static String withoutRemark(String line) {
        int remark = line.indexOf('#');
        return (remark < 0 ? line : line.substring(0, remark)).strip();
    }
}
