package org.postrider.server.cli;

import java.util.List;
import java.util.concurrent.Callable;
import org.postrider.http.UserViews;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.core.type.TypeReference;

/** {@code user list}. */
@Command(name = "list", description = "Lists the users of the configuration file and of the state database.")
final class UserListCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private Target target = new Target();

    @Option(names = "--json", description = "The users as JSON.")
    private boolean json;

    @Override
    public Integer call() throws CommandFailed {
        List<UserViews.Line> users =
                target.client().get("/control/users", new TypeReference<List<UserViews.Line>>() {});
        if (json) {
            Output.json(spec.commandLine().getOut(), users);
            return ExitCodes.OK;
        }
        Output.table(
                spec.commandLine().getOut(),
                List.of("NAME", "KEPT IN", "STATE", "MAY SEND AS"),
                users.stream()
                        .map(user -> List.of(
                                user.name(),
                                user.origin(),
                                user.disabled() ? "disabled" : "enabled",
                                String.join(", ", user.sendAs())))
                        .toList());
        return ExitCodes.OK;
    }
}
