package org.postrider.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.postrider.mail.Diagnosis;
import org.postrider.mail.Domain;
import org.postrider.mail.QueueId;
import org.postrider.mail.RecipientState;
import org.postrider.queue.QueuedRecipient.Place;
import org.postrider.testing.Requirement;

@Timeout(30)
class QueueEngineTest {
    private static final Selection ALL = new Selection.All();
    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final FakeWorld world = new FakeWorld();
    private final QueueEngine engine = engine(settings(SiteLimits.DEFAULT, 100));

    private QueueEngine engine(QueueSettings settings) {
        return new QueueEngine(world, world, world, world, new SplittableRandom(1), settings);
    }

    private static QueueSettings settings(SiteLimits limits, int recipientsMax) {
        QueueSettings plain = QueueSettings.DEFAULT;
        return new QueueSettings(
                plain.schedule(),
                0,
                plain.lifetime(),
                plain.delayNotice(),
                plain.attemptsMax(),
                recipientsMax,
                plain.routeCache(),
                plain.pauseMax(),
                limits,
                new LinkedHashMap<>());
    }

    private Accepted message(long id, String... hosts) {
        return message(id, world.now(), null, hosts);
    }

    private static Accepted message(long id, Instant at, @Nullable RecipientState state, String... hosts) {
        List<Accepted.Target> targets = new ArrayList<>();
        for (String host : hosts) {
            targets.add(new Accepted.Target(new Domain(host), true, true, state));
        }
        return new Accepted(new QueueId(id), at, false, targets);
    }

    private QueuedRecipient only() {
        List<QueuedRecipient> listed = engine.list(ALL, null, 10);
        assertThat(listed).hasSize(1);
        return listed.getFirst();
    }

    @Test
    void dialsOnlyWhenTheAttemptIsDurableAndForgetsOnlyWhenTheEndIs() {
        world.syncs = false;
        engine.accept(message(1, "a.example"));
        assertThat(world.sent).isEmpty();
        world.sync();
        assertThat(world.sent).hasSize(1);
        world.answer(FakeWorld.DELIVERED);
        assertThat(only().place()).isEqualTo(Place.SETTLING);
        world.sync();
        assertThat(engine.summary().messages()).isZero();
        assertThat(world.notices()).containsExactly(Entry.Kind.RELAYED);
    }

    @Test
    @Requirement("conf-37")
    void sendsRecipientsOfOneMessageAtOneSiteTogetherAcrossDomains() {
        world.routes = host -> new Routing.To(new Site("shared"));
        QueueEngine small = engine(settings(SiteLimits.DEFAULT, 2));
        small.accept(message(1, "a.example", "a.example", "a.example"));
        assertThat(world.sent)
                .extracting(sent -> sent.attempt().recipients())
                .containsExactly(List.of(0, 1), List.of(2));

        world.sent.clear();
        QueueEngine narrow = engine(settings(new SiteLimits(1, 1, null), 100));
        narrow.accept(message(1, "a.example"));
        narrow.accept(message(2, "b.example", "c.example"));
        world.answer(FakeWorld.DELIVERED);
        assertThat(world.sent.getFirst().attempt().recipients()).containsExactly(0, 1);
    }

    @Test
    void asksOnceForARouteThatManyNeed() {
        for (int i = 1; i <= 5; i++) {
            engine.accept(message(i, "a.example"));
        }
        assertThat(world.questions).containsExactly("a.example");
        assertThat(world.sent).extracting(sent -> sent.attempt().id().value()).containsExactly(1L, 2L, 3L, 4L, 5L);
    }

    @Test
    @Requirement("conf-35")
    void followsTheScheduleAndGivesUpWithTheLastDiagnosisKept() {
        engine.accept(message(1, "a.example"));
        List<Duration> pauses = new ArrayList<>();
        Instant before = world.now();
        while (engine.summary().messages() > 0) {
            world.answer(FakeWorld.DEFERRED);
            Instant due = engine.summary().messages() > 0 ? only().until() : null;
            if (due != null) {
                pauses.add(Duration.between(world.now(), due));
                world.pass(Duration.between(world.now(), due));
            }
        }
        assertThat(pauses.subList(0, 9))
                .containsExactly(
                        MINUTE,
                        Duration.ofMinutes(5),
                        Duration.ofMinutes(15),
                        Duration.ofMinutes(30),
                        Duration.ofHours(1),
                        Duration.ofHours(2),
                        Duration.ofHours(4),
                        Duration.ofHours(4),
                        Duration.ofHours(4));
        assertThat(Duration.between(before, world.now())).isBetween(Duration.ofHours(115), Duration.ofDays(5));
        assertThat(world.state(1, 0)).isInstanceOfSatisfying(RecipientState.Expired.class, expired -> {
            assertThat(expired.diagnosis().status()).hasToString("5.4.7");
            assertThat(expired.diagnosis().summary()).contains("Mailbox full.");
        });
        assertThat(world.notices()).containsExactly(Entry.Kind.DELAYED, Entry.Kind.FAILED);
    }

    @Test
    @Requirement("conf-34")
    void settlesEachRecipientByItsOwnResultWithOneNoticeOfAKind() {
        engine.accept(message(1, "a.example", "a.example", "a.example"));
        world.answer(new Outcome.Answered(
                List.of(FakeWorld.DELIVERED, FakeWorld.REFUSED, FakeWorld.DEFERRED), Outcome.Pushback.NONE));
        assertThat(world.state(1, 0)).isInstanceOf(RecipientState.Delivered.class);
        assertThat(world.state(1, 1)).isInstanceOf(RecipientState.Bounced.class);
        assertThat(world.state(1, 2)).isInstanceOf(RecipientState.Waiting.class);
        assertThat(world.notices()).containsExactlyInAnyOrder(Entry.Kind.FAILED, Entry.Kind.RELAYED);
        assertThat(only().because()).isEqualTo("next attempt; the last one: Mailbox full.");
    }

    @Test
    @Requirement("K5")
    void triesAgainWhatWasNotAnswered() {
        engine.accept(message(1, "a.example"));
        world.answer(FakeWorld.UNANSWERED);
        assertThat(world.state(1, 0)).isInstanceOf(RecipientState.Waiting.class);
        world.pass(MINUTE);
        assertThat(world.sent.getFirst().attempt().number()).isEqualTo(2);
    }

    @Test
    void waitsAfterARestartThatFoundAnAttemptUnderWay() {
        RecipientState attempting = new RecipientState.Attempting(3, world.now(), false, null);
        engine.accept(message(1, world.now(), attempting, "a.example"));
        world.pass(MINUTE.minusMillis(1));
        assertThat(world.sent).isEmpty();
        world.pass(Duration.ofMillis(1));
        assertThat(world.sent.getFirst().attempt().number()).isEqualTo(4);
    }

    @Test
    void triesOldMailOnceMoreAfterAStandstillBeforeItExpires() {
        RecipientState waiting = new RecipientState.Waiting(9, world.now().minus(Duration.ofDays(3)), null, true, null);
        engine.accept(message(1, world.now().minus(Duration.ofDays(7)), waiting, "a.example"));
        assertThat(world.sent).hasSize(1);
        world.answer(FakeWorld.DEFERRED);
        assertThat(world.state(1, 0)).isInstanceOf(RecipientState.Expired.class);
    }

    @Test
    void mailThatWaitsForTheSameReasonSharesItAfterARestart() {
        assertThat(restoredReason(1)).isNotNull().isSameAs(restoredReason(2));
    }

    private @Nullable Diagnosis restoredReason(int id) {
        Diagnosis read = Diagnosis.local("4.2.2", "Mailbox full.");
        RecipientState waiting = new RecipientState.Waiting(1, world.now(), read, false, null);
        Accepted accepted = message(id, world.now(), waiting, "a.example");
        return Intake.open(engine, new OpenMessage(id, 0), accepted, 0).getFirst().last;
    }

    @Test
    @Requirement("L5")
    void doesNotAgeMailWhenTheClockIsSet() {
        engine.accept(message(1, "a.example"));
        world.answer(FakeWorld.DEFERRED);
        world.setClock(Duration.ofDays(6));
        world.pass(MINUTE);
        world.answer(FakeWorld.DEFERRED);
        assertThat(world.state(1, 0)).isInstanceOf(RecipientState.Waiting.class);
        world.setClock(Duration.ofDays(-12));
        world.pass(Duration.ofMinutes(5));
        assertThat(world.sent).as("a clock set back delays nothing").hasSize(1);
    }

    @Test
    void opensItsWindowWithSuccessAndProbesADeadSiteAfterAPause() {
        for (int i = 1; i <= 40; i++) {
            engine.accept(message(i, "a.example"));
        }
        assertThat(world.sent).hasSize(5);
        for (int i = 0; i < 5; i++) {
            world.answer(FakeWorld.DELIVERED);
        }
        assertThat(world.sent).hasSize(6);
        while (!world.sent.isEmpty()) {
            world.answer(FakeWorld.UNREACHABLE);
        }
        QueueSummary.SiteSummary dead = engine.summary().sites().getFirst();
        assertThat(dead.pausedUntil()).isEqualTo(world.now().plus(MINUTE));
        assertThat(dead.ready())
                .as("those that were not tried wait where they are")
                .isGreaterThan(15);
        world.pass(MINUTE);
        assertThat(world.sent).as("one probe").hasSize(1);
        world.answer(FakeWorld.UNREACHABLE);
        assertThat(world.sent).isEmpty();
        world.pass(Duration.ofMinutes(5));
        world.answer(FakeWorld.DELIVERED);
        assertThat(world.sent).as("it lives again").hasSize(5);
    }

    @Test
    void slowsDownWhenAskedToAndKeepsConfiguredRates() {
        QueueEngine rated = engine(settings(new SiteLimits(5, 5, new RateLimit(30, MINUTE)), 100));
        for (int i = 1; i <= 10; i++) {
            rated.accept(message(i, "a.example"));
        }
        assertThat(world.sent).hasSize(1);
        world.pass(Duration.ofSeconds(2));
        assertThat(world.sent).hasSize(2);
        world.answer(new Outcome.Answered(List.of(FakeWorld.DEFERRED), Outcome.Pushback.SLOW_DOWN));
        assertThat(rated.summary().sites().getFirst().window()).isEqualTo(2);
        assertThat(rated.counters().slowDowns()).isEqualTo(1);
    }

    @Test
    void holdsAndReleasesAndTellsWhy() {
        engine.accept(message(1, "a.example"));
        world.answer(FakeWorld.DEFERRED);
        assertThat(engine.hold(ALL, "ann", "looks odd")).isEqualTo(1);
        world.pass(Duration.ofDays(30));
        assertThat(world.sent).isEmpty();
        assertThat(only().because()).isEqualTo("its release; held by ann: looks odd");
        assertThat(engine.release(ALL, "ann", "is fine")).isEqualTo(1);
        assertThat(world.sent).hasSize(1);
    }

    @Test
    void letsGoWhatARouteHeldOnceTheRouteChanges() {
        world.routes = host -> new Routing.Hold("as configured");
        engine.accept(message(1, "a.example"));
        engine.accept(message(2, "b.example"));
        int journalled = world.entries.size();
        engine.settings(engine.settings());
        assertThat(world.entries).as("nothing is told of mail that stays held").hasSize(journalled);
        world.routes = host -> new Routing.To(new Site("mx." + host));
        engine.settings(engine.settings());
        assertThat(world.sent).hasSize(2);
    }

    @Test
    void letsGoWhatWasAboutToBeHeldWhenTheRouteChanged() {
        world.routes = host -> new Routing.Hold("as configured");
        world.syncs = false;
        engine.accept(message(1, "a.example"));
        world.routes = host -> new Routing.To(new Site("mx." + host));
        engine.settings(engine.settings());
        for (int i = 0; i < 3; i++) {
            world.sync();
        }
        assertThat(world.sent).hasSize(1);
    }

    @Test
    void aPersonsHoldTakesOverTheRoutes() {
        world.routes = host -> new Routing.Hold("as configured");
        engine.accept(message(1, "a.example"));
        assertThat(engine.hold(ALL, "ann", "looks odd")).isEqualTo(1);
        world.routes = host -> new Routing.To(new Site("mx." + host));
        engine.settings(engine.settings());
        assertThat(world.sent).isEmpty();
        assertThat(((RecipientState.Held) world.state(1, 0)).by()).isEqualTo("ann");
    }

    @Test
    void asksAgainWhereTheSettingsChangedBeforeTheAnswer() {
        world.answersRoutes = false;
        engine.accept(message(1, "a.example"));
        world.routes = host -> new Routing.To(new Site("new." + host));
        engine.settings(engine.settings());
        world.answerRoute(new Routing.To(new Site("old")));
        assertThat(world.sent).isEmpty();
        world.answerRoute(new Routing.To(new Site("new")));
        assertThat(world.sent).extracting(sent -> sent.attempt().site().name()).containsExactly("new");
        assertThat(world.questions).hasSize(2);
    }

    @Test
    void journalsWhatOneEventDecidesOnManyInSlices() {
        world.answersRoutes = false;
        world.syncs = false;
        int many = Ledger.ENTRIES_MAX + 3 * Ledger.SLICE_MAX;
        for (int i = 1; i <= many; i++) {
            engine.accept(message(i, "a.example"));
        }
        world.answerRoute(new Routing.Unknown(Diagnosis.local("4.4.3", "The DNS does not answer.")));
        assertThat(world.entries).hasSize(Ledger.SLICE_MAX);
        world.pass(Duration.ofSeconds(1));
        assertThat(world.entries).as("until some are durable").hasSize(Ledger.ENTRIES_MAX);
        world.sync();
        assertThat(world.entries).hasSizeLessThanOrEqualTo(many);
        world.pass(Duration.ofSeconds(1));
        world.sync();
        assertThat(world.entries).hasSize(many);
        assertThat(engine.summary().scheduled()).isEqualTo(many);
        assertThat(engine.hold(ALL, "ann", "all of it")).isEqualTo(many);
        assertThat(world.entries).hasSize(many + Ledger.SLICE_MAX);
        assertThat(engine.release(ALL, "ann", "as you were")).isEqualTo(many);
        world.syncs = true;
        world.sync();
        for (int i = 0; i < 20; i++) {
            world.pass(Duration.ofMillis(1));
        }
        assertThat(engine.summary().held()).isZero();
        assertThat(engine.summary().ready()).isEqualTo(many);
    }

    @Test
    void journalsARerouteThatCameWhileTheHoldWasBeingRecorded() {
        engine.accept(message(1, "a.example"));
        world.answer(FakeWorld.DEFERRED);
        world.syncs = false;
        engine.hold(ALL, "ann", "looks odd");
        engine.reroute(ALL, "smtp:elsewhere", "ann", "that way");
        world.sync();
        world.sync();
        assertThat(((RecipientState.Held) world.state(1, 0)).reroute()).isEqualTo("smtp:elsewhere");
    }

    @Test
    void aChangedRouteDoesNotLetGoWhatAPersonHolds() {
        engine.accept(message(1, "a.example"));
        world.answer(FakeWorld.DEFERRED);
        engine.hold(ALL, "ann", "looks odd");
        engine.reviewHeld();
        assertThat(world.sent).isEmpty();
    }

    @Test
    void grantsAWishOnWhatIsLeftAfterTheAttempt() {
        engine.accept(message(1, "a.example", "a.example"));
        assertThat(engine.remove(new Selection.OfMessage(new QueueId(1)), "ann", "spam"))
                .isEqualTo(2);
        assertThat(world.state(1, 0)).as("even a crash sends it no more").isInstanceOf(RecipientState.Held.class);
        world.answer(new Outcome.Answered(List.of(FakeWorld.DELIVERED, FakeWorld.DEFERRED), Outcome.Pushback.NONE));
        assertThat(world.state(1, 0)).isInstanceOf(RecipientState.Delivered.class);
        assertThat(world.state(1, 1)).isEqualTo(new RecipientState.Removed(world.now(), "ann", "spam"));
        assertThat(engine.summary().messages()).isZero();
    }

    @Test
    void sendsThoseReleasedTogetherInOneAttempt() {
        world.syncs = false;
        engine.accept(message(1, "a.example", "a.example", "a.example"));
        assertThat(engine.hold(ALL, "ann", "looks odd")).isEqualTo(3);
        world.sync();
        world.sync();
        world.sync();
        assertThat(world.sent)
                .as("a wish stops what is announced and not dialled")
                .isEmpty();
        assertThat(engine.list(ALL, null, 1)).extracting(QueuedRecipient::place).containsOnly(Place.HELD);
        assertThat(engine.release(ALL, "ann", "is fine")).isEqualTo(3);
        world.sync();
        world.sync();
        assertThat(world.sent).hasSize(1);
        assertThat(world.sent.getFirst().attempt().recipients()).containsExactly(0, 1, 2);
        assertThat(world.sent.getFirst().attempt().number()).isEqualTo(1);
    }

    @Test
    @Requirement("conf-90")
    void tellsOfADelayOnceWhereverItWaits() {
        world.routes = host -> new Routing.To(new Site("slow"));
        QueueEngine slow = engine(settings(new SiteLimits(1, 1, null), 1));
        slow.accept(message(1, "a.example"));
        slow.accept(message(2, "b.example", "c.example"));
        world.pass(Duration.ofHours(5));
        assertThat(world.notices())
                .as("one notice for both that wait for a slot")
                .containsExactly(Entry.Kind.DELAYED);
        world.answer(FakeWorld.DEFERRED);
        assertThat(world.notices()).containsExactly(Entry.Kind.DELAYED, Entry.Kind.DELAYED);
        world.pass(Duration.ofHours(10));
        assertThat(world.notices()).hasSize(2);
    }

    @Test
    void reroutesOneAndMakesItDue() {
        engine.accept(message(1, "a.example"));
        world.answer(FakeWorld.DEFERRED);
        assertThat(engine.reroute(ALL, "smtp:other", "ann", "MX is down")).isEqualTo(1);
        assertThat(world.sent.getFirst().attempt().site()).isEqualTo(new Site("smtp:other"));
    }

    @Test
    void doesWhatARouteSays() {
        world.routes = host -> switch (host) {
            case "hold.example" -> new Routing.Hold("as configured");
            case "discard.example" -> new Routing.Discard("as configured");
            case "null.example" -> new Routing.Unroutable(Diagnosis.local("5.1.10", "Null MX."));
            default -> new Routing.Unknown(Diagnosis.local("4.4.3", "DNS."));
        };
        engine.accept(message(1, "hold.example", "discard.example", "null.example", "dns.example"));
        assertThat(world.state(1, 0)).isInstanceOf(RecipientState.Held.class);
        assertThat(world.state(1, 1)).isInstanceOf(RecipientState.Removed.class);
        assertThat(world.state(1, 2)).isInstanceOf(RecipientState.Bounced.class);
        assertThat(world.state(1, 3))
                .isInstanceOfSatisfying(
                        RecipientState.Waiting.class,
                        waiting -> assertThat(waiting.attempts()).isZero());
        assertThat(world.notices()).containsExactly(Entry.Kind.FAILED);
    }

    @Test
    void appliesNewSettingsToQueuedMailAtOnce() {
        engine.accept(message(1, "a.example"));
        for (int i = 0; i < 4; i++) {
            world.answer(FakeWorld.DEFERRED);
            world.pass(Duration.ofMinutes(i < 3 ? 15 : 0));
        }
        Instant until = only().until();
        assertThat(until).isAfter(world.now().plus(Duration.ofMinutes(14)));
        QueueSettings given = engine.settings();
        engine.settings(new QueueSettings(
                List.of(Duration.ofSeconds(2)),
                0,
                given.lifetime(),
                given.delayNotice(),
                given.attemptsMax(),
                given.recipientsMax(),
                given.routeCache(),
                given.pauseMax(),
                given.everySite(),
                given.sites()));
        world.pass(Duration.ofSeconds(2));
        assertThat(world.sent).hasSize(1);
    }

    @Test
    void drainsWithoutANewAttempt() {
        world.syncs = false;
        engine.accept(message(1, "a.example"));
        world.sync();
        engine.accept(message(2, "b.example"));
        List<String> said = new ArrayList<>();
        engine.drain(() -> said.add("drained"));
        world.sync();
        world.sync();
        assertThat(world.state(2, 0)).as("journalled and called off").isInstanceOf(RecipientState.Waiting.class);
        world.answer(FakeWorld.DELIVERED);
        assertThat(said).isEmpty();
        world.sync();
        assertThat(said).containsExactly("drained");
        assertThat(world.sent).isEmpty();
    }

    @Test
    void refusesASecondOutcomeAndASecondAcceptance() {
        engine.accept(message(1, "a.example"));
        assertThatThrownBy(() -> engine.accept(message(1, "a.example"))).isInstanceOf(IllegalArgumentException.class);
        FakeWorld.Sent sent = world.sent.getFirst();
        sent.done().accept(FakeWorld.UNREACHABLE);
        assertThatThrownBy(() -> sent.done().accept(FakeWorld.UNREACHABLE)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void needsOneTimerForManyThatWait() {
        for (int i = 1; i <= 500; i++) {
            engine.accept(message(i, "h" + i + ".example"));
            world.answer(FakeWorld.DEFERRED);
        }
        assertThat(world.timersOut()).isLessThan(5);
        assertThat(engine.list(ALL, new QueueId(490), 5))
                .extracting(recipient -> recipient.id().value())
                .containsExactly(491L, 492L, 493L, 494L, 495L);
        assertThat(engine.list(new Selection.OfHost(new Domain("h7.example")), null, 5))
                .hasSize(1);
    }
}
