package org.postrider.server.config;

import org.jspecify.annotations.Nullable;

/** What came of reading one value of the file. */
sealed interface Reading {
    record Good(Object value) implements Reading {}

    /** Good, and yet not what who wrote it will expect. */
    record Remarked(Object value, String warning) implements Reading {}

    record Bad(String message, @Nullable String suggestion) implements Reading {}

    static Reading bad(String message) {
        return new Bad(message, null);
    }
}
