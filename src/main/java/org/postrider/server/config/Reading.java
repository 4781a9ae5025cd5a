package org.postrider.server.config;

import org.jspecify.annotations.Nullable;

/** What came of reading one value of the file. */
sealed interface Reading {
    record Good(Object value) implements Reading {}

    record Bad(String message, @Nullable String suggestion) implements Reading {}

    static Reading bad(String message) {
        return new Bad(message, null);
    }
}
