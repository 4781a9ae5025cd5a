package org.postrider.server.config;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.tomlj.Toml;
import org.tomlj.TomlParseError;
import org.tomlj.TomlParseResult;

/** The configuration file, read strictly. */
public final class ConfigurationFile {
    /** What is read of a file; a configuration is smaller. */
    public static final long OCTETS_MAX = 4L << 20;

    private static final Comparator<Problem> BY_PLACE =
            Comparator.comparingInt(Problem::line).thenComparingInt(Problem::column);

    private ConfigurationFile() {}

    /** What came of reading a file. */
    public sealed interface Result {
        /**
         * @param warnings worth telling at every start
         */
        record Valid(Configuration configuration, List<Problem> warnings) implements Result {
            public Valid {
                warnings = List.copyOf(warnings);
            }
        }

        /**
         * @param problems all that could be found, at least one, in the order of the file
         */
        record Invalid(List<Problem> problems) implements Result {
            public Invalid {
                problems = List.copyOf(problems);
            }
        }
    }

    /** Reads a file; paths in it are relative to its directory. */
    public static Result read(Path file) {
        String name = file.toString();
        try {
            if (Files.size(file) > OCTETS_MAX) {
                return unreadable(name, "is larger than 4 MiB");
            }
            Path directory = file.toAbsolutePath().normalize().getParent();
            return parse(Files.readString(file), directory == null ? Path.of("/") : directory, name);
        } catch (NoSuchFileException e) {
            return unreadable(name, "there is no such file");
        } catch (CharacterCodingException e) {
            return unreadable(name, "is not UTF-8");
        } catch (IOException e) {
            return unreadable(name, "cannot be read: " + e);
        }
    }

    private static Result unreadable(String name, String message) {
        return new Result.Invalid(List.of(new Problem(name, 1, 1, "", message, null)));
    }

    /**
     * Reads the text of a file.
     *
     * @param directory what relative paths in it are relative to
     * @param name how problems call the file
     */
    public static Result parse(String text, Path directory, String name) {
        TomlParseResult toml = Toml.parse(text);
        if (toml.hasErrors()) {
            // What a file with errors of syntax means is a guess: its other problems would be guesses, too.
            return new Result.Invalid(toml.errors().stream()
                    .map(error -> syntax(name, error))
                    .sorted(BY_PLACE)
                    .toList());
        }
        Binder binder = new Binder(name, directory);
        Configuration configuration = binder.bind(Configuration.class, toml, "");
        List<Problem> problems = new ArrayList<>(binder.problems());
        List<Problem> warnings = new ArrayList<>(binder.warnings());
        if (configuration != null) {
            Rules rules = new Rules(configuration, binder, problems, warnings);
            rules.check();
        }
        warnings.sort(BY_PLACE);
        problems.sort(BY_PLACE);
        return configuration != null && problems.isEmpty()
                ? new Result.Valid(configuration, warnings)
                : new Result.Invalid(problems);
    }

    private static Problem syntax(String name, TomlParseError error) {
        return new Problem(
                name, error.position().line(), error.position().column(), "", String.valueOf(error.getMessage()), null);
    }
}
