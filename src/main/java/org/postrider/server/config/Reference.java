package org.postrider.server.config;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A secret, or where it is to be found: {@code file:PATH} (relative to the configuration file), {@code env:NAME}, or the
 * value itself. Never shown.
 */
public final class Reference {
    private static final String FILE = "file:";
    private static final String ENVIRONMENT = "env:";

    private final String written;
    private final Path directory;

    Reference(String written, Path directory) {
        this.written = written;
        this.directory = directory;
    }

    /** The file that holds it, {@code null} where it is no {@code file:} reference. */
    public @Nullable Path file() {
        return written.startsWith(FILE)
                ? directory.resolve(written.substring(FILE.length())).normalize()
                : null;
    }

    /** Where it comes from, fit for messages: the reference, or {@code a value in the file}. */
    public String origin() {
        return written.startsWith(FILE) || written.startsWith(ENVIRONMENT) ? written : "a value in the file";
    }

    /**
     * The secret; line ends at the end of a file are not part of it.
     *
     * @throws IOException where the file cannot be read or the variable is not set, in words for people
     */
    public String resolve() throws IOException {
        Path file = file();
        if (file != null) {
            try {
                return Files.readString(file, StandardCharsets.UTF_8).stripTrailing();
            } catch (IOException e) {
                throw new IOException(
                        "cannot read " + file + " (" + e.getClass().getSimpleName() + ")", e);
            }
        }
        if (written.startsWith(ENVIRONMENT)) {
            String name = written.substring(ENVIRONMENT.length());
            String value = System.getenv(name);
            if (value == null) {
                throw new IOException("the environment has no variable " + name);
            }
            return value;
        }
        return written;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Reference that && written.equals(that.written) && directory.equals(that.directory);
    }

    @Override
    public int hashCode() {
        return written.hashCode();
    }

    @Override
    public String toString() {
        return "***";
    }
}
