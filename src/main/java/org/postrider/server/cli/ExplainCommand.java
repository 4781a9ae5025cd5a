package org.postrider.server.cli;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import org.postrider.http.ControlViews.MessageView;
import org.postrider.http.ControlViews.QueueLine;
import org.postrider.http.ControlViews.QueuePage;
import org.postrider.http.ControlViews.RecentLine;
import org.postrider.http.RecentMail.Refusal;
import org.postrider.mail.QueueId;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.core.type.TypeReference;

/** {@code explain}: where is my mail, and why is it waiting? */
@Command(
        name = "explain",
        description =
                "Tells where the mail to an address, or a message, is: what was found out about it, each attempt with its"
                        + " reply, and what it waits for. Knows all queued mail, the last messages that have left the"
                        + " queue, and the last that were refused.",
        footer = {"", "Exit codes: 0 found, 66 nothing known of it."})
final class ExplainCommand implements Callable<Integer> {
    private static final int MESSAGES_MAX = 50;
    private static final int REFUSALS_MAX = 20;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private Target target = new Target();

    @Parameters(paramLabel = "ADDRESS|ID", description = "A recipient's address, or a queue id.")
    private String which = "";

    @Option(names = "--json", description = "As a JSON array of messages, then of refusals.")
    private boolean json;

    @Override
    public Integer call() throws CommandFailed {
        ControlClient client = target.client();
        boolean id = QueueId.parse(which).isPresent();
        List<MessageView> messages = new ArrayList<>();
        for (String each : id ? Set.of(which) : idsOf(client)) {
            Optional<MessageView> message =
                    client.find("/control/message/" + ControlClient.encoded(each), new TypeReference<MessageView>() {});
            message.ifPresent(messages::add);
        }
        List<Refusal> refusals = id ? List.of() : refusals(client);
        if (json) {
            List<Object> all = new ArrayList<>(messages);
            all.addAll(refusals);
            Output.json(spec.commandLine().getOut(), all);
        }
        if (messages.isEmpty() && refusals.isEmpty()) {
            throw new CommandFailed(
                    ExitCodes.NOT_FOUND,
                    "neither the queue nor the recent mail has anything for " + which
                            + ". The mail log knows what is older.");
        }
        if (!json) {
            Predicate<String> shown = address -> id || address.equalsIgnoreCase(which);
            messages.forEach(message -> Story.print(spec.commandLine().getOut(), message, shown));
            refusals.forEach(refusal -> Story.print(spec.commandLine().getOut(), refusal));
        }
        return ExitCodes.OK;
    }

    private List<Refusal> refusals(ControlClient client) throws CommandFailed {
        String query = "/control/refusals?limit=" + REFUSALS_MAX + "&address=" + ControlClient.encoded(which);
        return client.get(query, new TypeReference<List<Refusal>>() {});
    }

    private Set<String> idsOf(ControlClient client) throws CommandFailed {
        if (which.indexOf('@') < 0) {
            throw new CommandFailed(ExitCodes.USAGE, "\"" + which + "\" is neither an address nor a queue id");
        }
        String query = "/control/queue?limit=" + MESSAGES_MAX + "&address=" + ControlClient.encoded(which);
        Set<String> ids = new LinkedHashSet<>();
        client.get(query, new TypeReference<QueuePage>() {}).recipients().stream()
                .map(QueueLine::id)
                .forEach(ids::add);
        String wanted = which.toLowerCase(Locale.ROOT);
        client.get("/control/recent?limit=1000", new TypeReference<List<RecentLine>>() {}).stream()
                .filter(line -> line.to().stream()
                        .anyMatch(to -> to.toLowerCase(Locale.ROOT).equals(wanted)))
                .limit(MESSAGES_MAX)
                .map(RecentLine::id)
                .forEach(ids::add);
        return ids;
    }
}
