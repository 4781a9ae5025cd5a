package org.postrider.server.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.postrider.http.UserViews;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.core.type.TypeReference;

/** {@code user add}, {@code passwd}, {@code disable}, {@code enable} and {@code remove}. */
@Command(
        description = "Does it with one user. A password is asked for, or is the first line of the standard input.",
        footer = {"", "Exit codes: 0 done, 64 not possible, 66 no such user."})
final class UserChangeCommand implements Callable<Integer> {
    private final String action;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private Target target = new Target();

    @Parameters(paramLabel = "NAME", description = "The name to authenticate with, such as alice@example.net.")
    private String name = "";

    @Option(
            names = "--send-as",
            paramLabel = "DOMAIN|ADDRESS",
            description = "With add: what it may send as beside its own name. Can be repeated.")
    private List<String> sendAs = new ArrayList<>();

    @Option(names = "--json", description = "The result as JSON.")
    private boolean json;

    UserChangeCommand(String action) {
        this.action = action;
    }

    @Override
    public Integer call() throws CommandFailed {
        boolean sets = action.equals("add") || action.equals("passwd");
        if (!sendAs.isEmpty() && !action.equals("add")) {
            throw new CommandFailed(ExitCodes.USAGE, "--send-as goes with add");
        }
        String password = sets ? PasswordPrompt.read() : null;
        UserViews.Changed changed = target.client()
                .post(
                        "/control/users/" + action,
                        new UserViews.Order(name, password, sendAs),
                        new TypeReference<UserViews.Changed>() {});
        if (json) {
            Output.json(spec.commandLine().getOut(), changed);
        } else {
            spec.commandLine().getOut().println(action + ": " + Output.plain(changed.name()));
        }
        return ExitCodes.OK;
    }
}
