package org.postrider.server.cli;

import java.security.SecureRandom;
import java.util.List;
import java.util.concurrent.Callable;
import org.postrider.account.Argon2Hash;
import org.postrider.account.UserRegister;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code user hash}; needs no server. */
@Command(
        name = "hash",
        description =
                "Prints what to write for a password in the configuration file. The password is asked for, or is the"
                        + " first line of the standard input.")
final class UserHashCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(names = "--scram", description = "Prints what SCRAM needs, too, for the key scram.")
    private boolean scram;

    @Override
    public Integer call() throws CommandFailed {
        List<String> lines = UserRegister.lines(PasswordPrompt.read(), Argon2Hash.Cost.DEFAULT, new SecureRandom());
        if (lines.isEmpty()) {
            throw new CommandFailed(
                    ExitCodes.USAGE,
                    "that cannot be a password: 1 to 1024 octets without control characters (RFC 4013)");
        }
        if (scram) {
            spec.commandLine().getOut().println("password = \"" + lines.getFirst() + "\"");
            String verifiers = String.join("\", \"", lines.subList(1, lines.size()));
            spec.commandLine().getOut().println("scram = [\"" + verifiers + "\"]");
        } else {
            spec.commandLine().getOut().println(lines.getFirst());
        }
        return ExitCodes.OK;
    }
}
