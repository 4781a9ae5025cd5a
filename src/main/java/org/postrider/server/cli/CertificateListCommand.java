package org.postrider.server.cli;

import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.postrider.http.CertificateLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.core.type.TypeReference;

/** {@code certificate list}. */
@Command(
        name = "list",
        description = "Lists the certificates that are shown to clients, the one for unknown names first.")
final class CertificateListCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private Target target = new Target();

    @Option(names = "--json", description = "The certificates as JSON.")
    private boolean json;

    @Override
    public Integer call() throws CommandFailed {
        List<CertificateLine> certificates =
                target.client().get("/control/certificates", new TypeReference<List<CertificateLine>>() {});
        if (json) {
            Output.json(spec.commandLine().getOut(), certificates);
            return ExitCodes.OK;
        }
        Output.table(
                spec.commandLine().getOut(),
                List.of("NAMES", "KEY", "ISSUER", "ENDS", "NEXT RENEWAL", "SOURCE"),
                certificates.stream()
                        .map(one -> List.of(
                                String.join(", ", one.names()),
                                one.key(),
                                one.issuer(),
                                one.notAfter().toString(),
                                renewal(one.renewal()),
                                one.source()))
                        .toList());
        return ExitCodes.OK;
    }

    private static String renewal(@Nullable Instant at) {
        return at == null ? "-" : at.toString();
    }
}
