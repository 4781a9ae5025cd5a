package org.postrider.state;

import java.util.List;

/**
 * One step of the tables of one package. Applied once, in the order of its number, all of it or nothing; a step that has
 * been released is never edited: a further one changes what it made.
 *
 * @param owner the package whose tables these are, such as {@code account}
 * @param number from 1, without gaps
 * @param statements each a single SQL statement, without a semicolon
 */
public record Migration(String owner, int number, List<String> statements) {
    public Migration {
        if (owner.isEmpty() || number < 1 || statements.isEmpty()) {
            throw new IllegalArgumentException("migration " + number + " of \"" + owner + "\"");
        }
        statements = List.copyOf(statements);
    }
}
