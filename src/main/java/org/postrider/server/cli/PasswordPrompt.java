package org.postrider.server.cli;

import java.io.BufferedReader;
import java.io.Console;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Where passwords come from: never from arguments, which every user of the machine can read. */
final class PasswordPrompt {
    private PasswordPrompt() {}

    /** Asks twice at a terminal; elsewhere it is the first line of the standard input. */
    @SuppressWarnings("SystemConsoleNull")
    static String read() throws CommandFailed {
        // There is none where the standard input is redirected.
        @Nullable Console console = System.console();
        if (console != null && console.isTerminal()) {
            String password = new String(console.readPassword("Password: "));
            String again = new String(console.readPassword("Again: "));
            if (!password.equals(again)) {
                throw new CommandFailed(ExitCodes.USAGE, "the two are not the same; nothing was changed");
            }
            return password;
        }
        try {
            String line = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)).readLine();
            if (line == null) {
                throw new CommandFailed(ExitCodes.USAGE, "the standard input holds no password");
            }
            return line;
        } catch (IOException e) {
            throw new CommandFailed(ExitCodes.IO, "the password cannot be read: " + e.getMessage());
        }
    }
}
