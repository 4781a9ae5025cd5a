package org.postrider.server.cli;

/** Ends a command with words for people, which say what to do, and an exit code. */
final class CommandFailed extends Exception {
    private final int exitCode;

    CommandFailed(int exitCode, String message) {
        super(message);
        this.exitCode = exitCode;
    }

    int exitCode() {
        return exitCode;
    }
}
