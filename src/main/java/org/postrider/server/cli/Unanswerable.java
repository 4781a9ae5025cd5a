package org.postrider.server.cli;

/** Says in words for people why a question of {@code check} has no answer. */
final class Unanswerable extends Exception {
    Unanswerable(String message) {
        super(message);
    }
}
