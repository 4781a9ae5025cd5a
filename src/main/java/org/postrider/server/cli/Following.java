package org.postrider.server.cli;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.postrider.http.ControlViews.MessageView;
import org.postrider.http.RecentMail.Fate;
import org.postrider.mail.QueueId;
import tools.jackson.core.type.TypeReference;

/** Watches one message until all its recipients are settled, telling what happens as it happens. */
final class Following {
    private static final Duration PAUSE_MIN = Duration.ofMillis(50);
    private static final Duration PAUSE_MAX = Duration.ofSeconds(1);

    private final ControlClient client;
    private final QueueId id;
    private final PrintWriter err;
    private final boolean captures;
    private final Map<String, Integer> told = new HashMap<>();

    /**
     * @param captures whether held is how mail ends there, as with dev
     */
    Following(ControlClient client, QueueId id, PrintWriter err, boolean captures) {
        this.client = client;
        this.id = id;
        this.err = err;
        this.captures = captures;
    }

    record End(String outcome, int exitCode) {}

    End await(Duration patience) throws CommandFailed, InterruptedException {
        long deadline = System.nanoTime() + patience.toNanos();
        Duration pause = PAUSE_MIN;
        while (true) {
            Optional<MessageView> message =
                    client.find("/control/message/" + id.text(), new TypeReference<MessageView>() {});
            message.ifPresent(this::tell);
            Optional<End> end = message.flatMap(this::end);
            if (end.isPresent()) {
                return end.get();
            }
            if (System.nanoTime() - deadline > 0) {
                boolean waits = message.isPresent()
                        && message.get().recipients().stream()
                                .anyMatch(fate -> fate.state().equals("waiting"));
                err.println("Not settled yet; `postrider explain " + id.text() + "` tells more.");
                return new End(waits ? "deferred" : "under way", ExitCodes.DEFERRED);
            }
            Thread.sleep(pause);
            pause = pause.multipliedBy(2).compareTo(PAUSE_MAX) < 0 ? pause.multipliedBy(2) : PAUSE_MAX;
        }
    }

    private void tell(MessageView message) {
        for (Fate fate : message.recipients()) {
            int before = told.getOrDefault(fate.address(), 0);
            for (int i = before; i < fate.history().size(); i++) {
                var happening = fate.history().get(i);
                err.println(
                        happening.at() + "  <" + Output.plain(fate.address()) + ">  " + Output.plain(happening.what()));
            }
            told.put(fate.address(), fate.history().size());
        }
        err.flush();
    }

    private Optional<End> end(MessageView message) {
        List<Fate> fates = message.recipients();
        boolean held = fates.stream().anyMatch(fate -> fate.state().equals("held"));
        boolean open =
                fates.stream().anyMatch(fate -> !fate.settled() && !fate.state().equals("held"));
        if (open || fates.isEmpty()) {
            return Optional.empty();
        }
        if (held) {
            return Optional.of(captures ? new End("captured", ExitCodes.OK) : new End("held", ExitCodes.DEFERRED));
        }
        Set<String> states = fates.stream().map(Fate::state).collect(Collectors.toSet());
        if (states.equals(Set.of("delivered"))) {
            return Optional.of(new End("delivered", ExitCodes.OK));
        }
        String worst = List.of("bounced", "expired", "removed").stream()
                .filter(states::contains)
                .findFirst()
                .orElse("settled");
        return Optional.of(new End(worst, ExitCodes.REFUSED));
    }
}
