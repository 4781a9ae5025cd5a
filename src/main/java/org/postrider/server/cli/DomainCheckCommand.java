package org.postrider.server.cli;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.postrider.domain.CheckResult;
import org.postrider.http.DomainViews;
import org.postrider.mail.Domain;
import org.postrider.server.config.Configuration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.core.type.TypeReference;

/** {@code domain check}. */
@Command(
        name = "check",
        description = {
            "Checks a domain's DNS records: MX, SPF, DKIM, DMARC, reports on TLS, MTA-STS, TLSA.",
            "Each is shown as found, with what is wanted, why, and what to do. A running server looks for the domain's new"
                    + " keys at once; without one, keys made by `domain add` are not checked."
        },
        footer = {"", "Exit codes: 0 all well, 1 warnings, 2 errors, or something could not be found out."})
final class DomainCheckCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private Target target = new Target();

    @Parameters(paramLabel = "NAME", description = "The domain, such as example.net.")
    private String name = "";

    @Option(names = "--json", description = "The results as JSON.")
    private boolean json;

    @Override
    public Integer call() throws CommandFailed {
        Domain domain = Domain.parse(name)
                .filter(named -> named.ascii().indexOf('.') > 0)
                .orElseThrow(() -> new CommandFailed(ExitCodes.USAGE, "\"" + name + "\" is no domain"));
        Configuration configuration = target.configuration()
                .orElseThrow(() -> new CommandFailed(
                        ExitCodes.USAGE, "the configuration tells what is wanted: name it with --config"));
        List<CheckResult> results = new DomainExamination(configuration).check(domain, kept(domain));
        if (json) {
            Output.json(spec.commandLine().getOut(), results);
        } else {
            CheckReport.show(spec.commandLine().getOut(), results);
        }
        return CheckReport.exitCode(results);
    }

    private List<DomainViews.Key> kept(Domain domain) throws CommandFailed {
        try {
            return look(target.client(), domain);
        } catch (CommandFailed failed) {
            if (failed.exitCode() != ExitCodes.IO) {
                throw failed;
            }
            Output.note(
                    spec.commandLine().getErr(),
                    "No server answers: keys made by `domain add` are not checked. " + failed.getMessage());
            return List.of();
        }
    }

    /** Has the server look for the keys of a domain, or of the nearest one above it that it has, as signing has it. */
    static List<DomainViews.Key> look(ControlClient client, Domain domain) throws CommandFailed {
        String name = domain.ascii();
        while (name.indexOf('.') > 0) {
            Optional<DomainViews.View> known = client.find(
                    "/control/domains/" + ControlClient.encoded(name), new TypeReference<DomainViews.View>() {});
            if (known.isPresent()) {
                return client.post(
                                "/control/domains/look",
                                new DomainViews.Order(name, false),
                                new TypeReference<DomainViews.View>() {})
                        .keys();
            }
            name = name.substring(name.indexOf('.') + 1);
        }
        return List.of();
    }
}
