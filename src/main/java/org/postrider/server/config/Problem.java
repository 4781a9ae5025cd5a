package org.postrider.server.config;

import org.jspecify.annotations.Nullable;

/**
 * Something wrong with, or worth a warning in, the configuration.
 *
 * @param line from 1
 * @param column from 1; that of the key, or of the list's element
 * @param key such as {@code limits.connections}; empty for an error of the TOML itself
 * @param suggestion what to do about it, {@code null} where nothing can be said
 */
public record Problem(
        String file,
        int line,
        int column,
        String key,
        String message,
        @Nullable String suggestion) {
    /** As compilers write it, so that editors can jump to the place. */
    public String text() {
        StringBuilder text = new StringBuilder(file)
                .append(':')
                .append(line)
                .append(':')
                .append(column)
                .append(": ");
        if (!key.isEmpty()) {
            text.append(key).append(": ");
        }
        text.append(message);
        return suggestion == null
                ? text.toString()
                : text.append("; ").append(suggestion).toString();
    }

    @Override
    public String toString() {
        return text();
    }
}
