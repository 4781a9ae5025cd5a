package org.postrider.server.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.postrider.server.config.Configuration;
import org.postrider.server.config.ConfigurationFile;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code check}: what the server would find, asked from the outside; needs no server. */
@Command(
        name = "check",
        description = "Reads JSON objects, one a line, and answers each with one: checks of SPF, DKIM, ARC, DMARC, and"
                + " what a bounce says.",
        footer = {
            "",
            "For example:",
            "  {\"check\":\"spf\",\"ip\":\"192.0.2.1\",\"helo\":\"mail.example.net\",\"mail-from\":\"u@example.net\"}",
            "  {\"check\":\"bounce\",\"message\":\"<base64>\"}",
            "\"dns\" names another name server to ask, \"now\" fixes the time. A question that has no answer is answered"
                    + " with {\"error\":\"…\"}."
        })
final class CheckCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "Whose name servers and host name are taken. Default: the system's name servers.")
    private @Nullable Path config;

    @Override
    public Integer call() throws CommandFailed, IOException {
        String hostname = "";
        CheckResolvers resolvers = new CheckResolvers(List.of(), false);
        if (config != null) {
            Configuration configuration = switch (ConfigurationFile.read(config)) {
                case ConfigurationFile.Result.Valid valid -> valid.configuration();
                case ConfigurationFile.Result.Invalid invalid -> throw ConfigCheckCommand.invalid(invalid.problems());
            };
            hostname = configuration.hostname().ascii();
            resolvers = new CheckResolvers(
                    configuration.dns().servers(), configuration.dns().trustAd());
        }
        new CheckRun(checks(hostname), resolvers)
                .run(System.in, spec.commandLine().getOut());
        return ExitCodes.OK;
    }

    static Map<String, Check> checks(String hostname) {
        Map<String, Check> checks = new LinkedHashMap<>();
        checks.put("spf", new SpfCheck(hostname));
        checks.put("dkim", new MessageCheck(hostname, MessageCheck.Told.DKIM));
        checks.put("arc", new MessageCheck(hostname, MessageCheck.Told.ARC));
        checks.put("dmarc", new MessageCheck(hostname, MessageCheck.Told.DMARC));
        checks.put("bounce", new BounceCheck());
        return checks;
    }
}
