package org.postrider.server.cli;

import java.util.concurrent.Callable;
import org.postrider.http.DomainViews;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.core.type.TypeReference;

/** {@code domain add} and {@code domain rotate}. */
@Command(
        description = {
            "Makes an RSA and an Ed25519 key for a domain and prints the DNS records to publish.",
            "The keys sign as soon as the server sees their records in the DNS; with rotate, when it has seen them for"
                    + " `[dkim] rotation-wait`, and the old keys until then."
        },
        footer = {"", "Exit codes: 0 done, 64 not possible, 66 no such domain."})
final class DomainKeysCommand implements Callable<Integer> {
    private final String action;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private Target target = new Target();

    @Parameters(paramLabel = "NAME", description = "The domain, such as example.net.")
    private String name = "";

    @Option(
            names = "--now",
            description = "The keys sign at once. Signatures fail with those who do not see the records yet.")
    private boolean now;

    @Mixin
    private DomainOutput output = new DomainOutput();

    DomainKeysCommand(String action) {
        this.action = action;
    }

    @Override
    public Integer call() throws CommandFailed {
        DomainViews.View domain = target.client()
                .post(
                        "/control/domains/" + action,
                        new DomainViews.Order(name, now),
                        new TypeReference<DomainViews.View>() {});
        output.show(spec.commandLine().getOut(), domain);
        return ExitCodes.OK;
    }
}
