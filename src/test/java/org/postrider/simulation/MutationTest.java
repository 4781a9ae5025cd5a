package org.postrider.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.postrider.mail.Diagnosis;
import org.postrider.mail.MailHost;
import org.postrider.mail.QueueId;
import org.postrider.mail.RecipientState;
import org.postrider.queue.Accepted;
import org.postrider.queue.Attempt;
import org.postrider.queue.Entry;
import org.postrider.queue.Journal;
import org.postrider.queue.Outcome;
import org.postrider.queue.QueueControl;
import org.postrider.queue.QueueSettings;
import org.postrider.queue.QueueSummary;
import org.postrider.queue.QueuedRecipient;
import org.postrider.queue.Routing;
import org.postrider.queue.Selection;
import org.postrider.queue.SiteLimits;
import org.postrider.queue.Transport;

/** Tests the tester: plants a bug around the engine and wants the simulation to find it within a few seeds. */
@Timeout(120)
class MutationTest {
    private static final int SEEDS_MAX = 300;

    enum Bug {
        ACKNOWLEDGES_BEFORE_DURABLE,
        ATTEMPTS_BEFORE_DURABLE,
        SETTLES_TWICE,
        FORGETS_THAT_A_SLOT_IS_FREE,
        FORGETS_THOSE_IN_AN_ATTEMPT_AT_RECOVERY,
        TRIES_AT_ONCE_AFTER_A_CRASH,
        FORGETS_NOTICES,
        TELLS_OF_DELAY_AGAIN,
        LOSES_ON_RELOAD,
        RETRIES_SETTLED_ONES,
        IGNORES_HOLDS,
        NEVER_EXPIRES,
        EXPIRES_TOO_SOON,
        EXCEEDS_CONCURRENCY,
        IGNORES_THE_RATE,
        GIVES_AN_ATTEMPT_UP_TOO_SOON
    }

    private final Map<Bug, Supplier<Sabotage>> sabotages = new EnumMap<>(Bug.class);

    MutationTest() {
        plantInPorts();
        plantInRecovery();
        plantInControlAndSettings();
    }

    private void plantInPorts() {
        sabotages.put(Bug.ACKNOWLEDGES_BEFORE_DURABLE, () -> new Sabotage() {
            @Override
            public boolean acknowledgesEarly() {
                return true;
            }
        });
        sabotages.put(
                Bug.ATTEMPTS_BEFORE_DURABLE,
                () -> ofJournal(journal -> (entry, durable) -> {
                    journal.append(entry, () -> {});
                    durable.run();
                }));
        sabotages.put(
                Bug.SETTLES_TWICE,
                () -> ofJournal(journal -> (entry, durable) -> {
                    journal.append(entry, durable);
                    if (entry.changes().getFirst().state() instanceof RecipientState.Settled) {
                        journal.append(entry, () -> {});
                    }
                }));
        sabotages.put(
                Bug.FORGETS_NOTICES,
                () -> ofJournal(journal ->
                        (entry, durable) -> journal.append(new Entry(entry.id(), entry.changes(), null), durable)));
        sabotages.put(Bug.FORGETS_THAT_A_SLOT_IS_FREE, () -> ofTransport(ForgetfulTransport::new));
        sabotages.put(Bug.GIVES_AN_ATTEMPT_UP_TOO_SOON, () -> ofTransport(ImpatientTransport::new));
    }

    private void plantInRecovery() {
        sabotages.put(
                Bug.FORGETS_THOSE_IN_AN_ATTEMPT_AT_RECOVERY,
                () -> ofStates(state -> state instanceof RecipientState.Attempting
                        ? new RecipientState.Removed(Instant.EPOCH, "nobody", "forgotten")
                        : state));
        sabotages.put(
                Bug.TRIES_AT_ONCE_AFTER_A_CRASH,
                () -> ofStates(state -> state instanceof RecipientState.Attempting ? null : state));
        sabotages.put(
                Bug.TELLS_OF_DELAY_AGAIN,
                () -> ofStates(state -> state instanceof RecipientState.Waiting waiting
                        ? new RecipientState.Waiting(
                                waiting.attempts(), waiting.nextAttempt(), waiting.last(), false, waiting.reroute())
                        : state));
        sabotages.put(
                Bug.RETRIES_SETTLED_ONES,
                () -> ofStates(state -> state instanceof RecipientState.Settled ? null : state));
    }

    private void plantInControlAndSettings() {
        sabotages.put(Bug.LOSES_ON_RELOAD, () -> new Sabotage() {
            @Override
            public boolean losesOnReload() {
                return true;
            }
        });
        sabotages.put(Bug.IGNORES_HOLDS, () -> new Sabotage() {
            @Override
            public QueueControl control(QueueControl control) {
                return new DeafControl(control);
            }
        });
        sabotages.put(Bug.NEVER_EXPIRES, () -> ofSettings(QueueSettings::everySite, Duration.ofDays(500)));
        sabotages.put(Bug.EXPIRES_TOO_SOON, () -> ofSettings(QueueSettings::everySite, Duration.ofHours(12)));
        sabotages.put(
                Bug.EXCEEDS_CONCURRENCY,
                () -> ofSettings(
                        given -> new SiteLimits(20, 40, given.everySite().rate()), null));
        sabotages.put(
                Bug.IGNORES_THE_RATE,
                () -> ofSettings(
                        given -> new SiteLimits(
                                given.everySite().concurrencyInitial(),
                                given.everySite().concurrencyMax(),
                                null),
                        null));
    }

    @ParameterizedTest
    @EnumSource
    void findsThePlantedBug(Bug bug) {
        Supplier<Sabotage> sabotage = Objects.requireNonNull(sabotages.get(bug));
        List<String> found = new ArrayList<>();
        for (long seed = 1; seed <= SEEDS_MAX && found.isEmpty(); seed++) {
            try {
                new Simulation(seed, sabotage.get()).run();
            } catch (AssertionError | RuntimeException e) {
                found.add("seed " + seed + ": " + e.getMessage());
            }
        }
        assertThat(found).hasSize(1);
    }

    private static Sabotage ofJournal(UnaryOperator<Journal> journal) {
        return new Sabotage() {
            @Override
            public Journal journal(Journal sound) {
                return journal.apply(sound);
            }
        };
    }

    private static Sabotage ofTransport(UnaryOperator<Transport> transport) {
        return new Sabotage() {
            @Override
            public Transport transport(Transport sound) {
                return transport.apply(sound);
            }
        };
    }

    private interface StateChange {
        @Nullable
        RecipientState of(@Nullable RecipientState state);
    }

    private static Sabotage ofStates(StateChange change) {
        return new Sabotage() {
            @Override
            public List<Accepted> recovered(List<Accepted> found) {
                return found.stream()
                        .map(message -> new Accepted(
                                message.id(),
                                message.at(),
                                message.nullReversePath(),
                                message.recipients().stream()
                                        .map(target -> new Accepted.Target(
                                                target.host(),
                                                target.delayNotice(),
                                                target.successNotice(),
                                                change.of(target.state())))
                                        .toList()))
                        .toList();
            }
        };
    }

    private interface LimitsChange {
        SiteLimits of(QueueSettings given);
    }

    private static Sabotage ofSettings(LimitsChange limits, @Nullable Duration lifetime) {
        return new Sabotage() {
            @Override
            public QueueSettings settings(QueueSettings given) {
                return new QueueSettings(
                        given.schedule(),
                        given.jitter(),
                        lifetime == null ? given.lifetime() : lifetime,
                        given.delayNotice(),
                        given.attemptsMax(),
                        given.recipientsMax(),
                        given.routeCache(),
                        given.pauseMax(),
                        limits.of(given),
                        given.sites());
            }
        };
    }

    /** Each tenth outcome never comes. */
    private static final class ForgetfulTransport implements Transport {
        private final Transport sound;
        private int attempts;

        ForgetfulTransport(Transport sound) {
            this.sound = sound;
        }

        @Override
        public void route(MailHost host, @Nullable String reroute, Consumer<Routing> done) {
            sound.route(host, reroute, done);
        }

        @Override
        public void attempt(Attempt attempt, Consumer<Outcome> done) {
            boolean forgotten = ++attempts % 10 == 0;
            sound.attempt(attempt, forgotten ? outcome -> {} : done);
        }
    }

    /** Says that there was no answer while the attempt goes on. */
    private static final class ImpatientTransport implements Transport {
        private final Transport sound;
        private int attempts;

        ImpatientTransport(Transport sound) {
            this.sound = sound;
        }

        @Override
        public void route(MailHost host, @Nullable String reroute, Consumer<Routing> done) {
            sound.route(host, reroute, done);
        }

        @Override
        public void attempt(Attempt attempt, Consumer<Outcome> done) {
            if (++attempts % 10 == 0) {
                sound.attempt(attempt, outcome -> {});
                done.accept(new Outcome.Unreachable(Diagnosis.local("4.4.2", "No answer within a moment.")));
            } else {
                sound.attempt(attempt, done);
            }
        }
    }

    /** Says that it holds, and does not. */
    private record DeafControl(QueueControl sound) implements QueueControl {
        @Override
        public QueueSummary summary() {
            return sound.summary();
        }

        @Override
        public List<QueuedRecipient> list(Selection selection, @Nullable QueueId after, int limit) {
            return sound.list(selection, after, limit);
        }

        @Override
        public int hold(Selection selection, String by, String why) {
            return sound.list(selection, null, Integer.MAX_VALUE).size();
        }

        @Override
        public int release(Selection selection, String by, String why) {
            return sound.release(selection, by, why);
        }

        @Override
        public int retry(Selection selection, String by, String why) {
            return sound.retry(selection, by, why);
        }

        @Override
        public int remove(Selection selection, String by, String why) {
            return sound.remove(selection, by, why);
        }

        @Override
        public int reroute(Selection selection, @Nullable String route, String by, String why) {
            return sound.reroute(selection, route, by, why);
        }
    }
}
