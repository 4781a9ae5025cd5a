package org.postrider.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.postrider.event.Event;
import org.postrider.mail.Diagnosis;
import org.postrider.mail.Domain;
import org.postrider.mail.DsnNotify;
import org.postrider.mail.Envelope;
import org.postrider.mail.ForwardPath;
import org.postrider.mail.Intervention;
import org.postrider.mail.MailHostPool;
import org.postrider.mail.MailParameters;
import org.postrider.mail.Mailbox;
import org.postrider.mail.QueueId;
import org.postrider.mail.Recipient;
import org.postrider.mail.RecipientState;
import org.postrider.mail.ReversePath;
import org.postrider.mailauth.sign.SigningDesk;
import org.postrider.queue.Accepted;
import org.postrider.queue.Entry;
import org.postrider.report.DsnSettings;
import org.postrider.spool.Arrival;
import org.postrider.spool.Commit;
import org.postrider.spool.Draft;
import org.postrider.spool.RamSpool;
import org.postrider.spool.StoredMessage;
import org.postrider.testing.Requirement;

class SpoolJournalTest {
    private static final Instant NOW = Instant.parse("2026-11-23T21:00:00Z");
    private static final Domain ORG = new Domain("example.org");
    private static final ReversePath ALICE = new ReversePath(new Mailbox("alice", ORG));
    private static final Diagnosis REFUSED = Diagnosis.local("5.1.1", "No such user.");
    private static final Diagnosis BUSY = Diagnosis.local("4.3.2", "Busy.");
    private static final RecipientState.Bounced BOUNCED = new RecipientState.Bounced(NOW, REFUSED);

    private final StubbornSpool spool = new StubbornSpool(new RamSpool());
    private final Deque<Runnable> engine = new ArrayDeque<>();
    private final Deque<Runnable> workers = new ArrayDeque<>();
    private final Deque<Runnable> paused = new ArrayDeque<>();
    private final List<Accepted> queued = new ArrayList<>();
    private final List<Event> events = new ArrayList<>();
    private boolean listenersFail;
    private final List<String> durable = new ArrayList<>();
    private final SpoolJournal journal = new SpoolJournal(
            spool,
            new SpoolJournal.Doors(
                    () -> NOW,
                    engine::add,
                    workers::add,
                    (_, task) -> paused.add(task),
                    new MailHostPool(),
                    queued::add,
                    this::publish,
                    SigningDesk.NONE),
            new SpoolJournal.Settings(
                    DsnSettings.of(new Domain("mx1.example.net")), () -> Duration.ofDays(5), Duration.ofSeconds(5)));

    private void publish(Event event) {
        if (listenersFail) {
            throw new StackOverflowError("as told");
        }
        events.add(event);
    }

    private QueueId message(ReversePath from, String origin, DsnNotify... notify) {
        List<Recipient> recipients = new ArrayList<>();
        for (DsnNotify one : notify) {
            Mailbox mailbox = new Mailbox("r" + recipients.size(), ORG);
            recipients.add(new Recipient(new ForwardPath(mailbox), one, null));
        }
        Envelope envelope = new Envelope(from, MailParameters.PLAIN, recipients);
        try (Draft draft = spool.draft(0)) {
            byte[] content = "Subject: hello\r\n\r\nbody\r\n".getBytes(StandardCharsets.US_ASCII);
            draft.write(content, 0, content.length);
            Arrival arrival = new Arrival(envelope, NOW.minusSeconds(60), origin);
            Commit commit = spool.commit(draft, arrival, new byte[0], List.of());
            return ((Commit.Durable) commit).id();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private QueueId message(DsnNotify... notify) {
        return message(ALICE, "smtp", notify);
    }

    private void append(QueueId id, String name, Entry.@Nullable Kind kind, RecipientState... states) {
        List<Entry.Change> changes = new ArrayList<>();
        List<Integer> recipients = new ArrayList<>();
        for (RecipientState state : states) {
            recipients.add(changes.size());
            changes.add(new Entry.Change(changes.size(), state));
        }
        Entry.Notice notice = kind == null ? null : new Entry.Notice(kind, recipients);
        journal.append(new Entry(id, changes, notice), () -> durable.add(name));
    }

    private void runAll() {
        while (!workers.isEmpty() || !engine.isEmpty()) {
            (workers.isEmpty() ? engine : workers).remove().run();
        }
    }

    private String notice() {
        assertThat(queued).hasSize(1);
        return content(queued.getFirst().id());
    }

    private String content(QueueId id) {
        try (var in = spool.content(id)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private StoredMessage stored(QueueId id) {
        try {
            return spool.find(id).orElseThrow();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void recordsAnAttemptWithoutAThread() {
        QueueId id = message(DsnNotify.UNSPECIFIED);
        RecipientState attempting = new RecipientState.Attempting(1, NOW, false, null);
        append(id, "attempting", null, attempting);
        assertThat(workers).isEmpty();
        assertThat(durable).isEmpty();
        runAll();
        assertThat(durable).containsExactly("attempting");
        assertThat(stored(id).states()).containsExactly(Optional.of(attempting));
        assertThat(events).isEmpty();
    }

    @Test
    @Requirement({"conf-87", "RFC 5321 §6.1"})
    void bouncesWithANoticeInTheSameRecord() {
        QueueId id = message(DsnNotify.UNSPECIFIED, DsnNotify.UNSPECIFIED);
        append(id, "bounced", Entry.Kind.FAILED, BOUNCED);
        runAll();
        assertThat(durable).containsExactly("bounced");
        assertThat(spool.together).isEqualTo(1);
        assertThat(spool.updates).isZero();
        assertThat(stored(id).states().getFirst()).contains(BOUNCED);
        Accepted notice = queued.getFirst();
        assertThat(notice.nullReversePath()).isTrue();
        assertThat(notice.recipients()).singleElement().satisfies(target -> {
            assertThat(target.host()).isEqualTo(ORG);
            assertThat(target.delayNotice()).isFalse();
        });
        StoredMessage stored = stored(notice.id());
        assertThat(stored.arrival().envelope().recipients().getFirst().mailbox().text())
                .isEqualTo("alice@example.org");
        assertThat(notice())
                .startsWith("Received: by mx1.example.net id " + notice.id().text() + ";\r\n")
                .contains("Final-Recipient: rfc822; r0@example.org\r\n", "Subject: hello\r\n\r\nbody\r\n");
        assertThat(events).hasSize(2);
        assertThat(events.get(0)).isInstanceOf(Event.Accepted.class);
        assertThat(events.get(1)).isInstanceOf(Event.Bounced.class);
    }

    @Test
    @Requirement({"conf-84", "RFC 3461 §5.2.6"})
    void tellsOnlyOfRecipientsWhoseNotifyAsksForIt() {
        QueueId id = message(DsnNotify.NEVER, DsnNotify.UNSPECIFIED, new DsnNotify(true, false, false));
        append(id, "bounced", Entry.Kind.FAILED, BOUNCED, BOUNCED, BOUNCED);
        runAll();
        assertThat(notice()).contains("r1@example.org").doesNotContain("r0@example.org", "r2@example.org");
        assertThat(durable).containsExactly("bounced");
        assertThat(events).hasSize(4);
    }

    @Test
    @Requirement("conf-84")
    void sendsNothingWhereNobodyWantsIt() {
        QueueId never = message(DsnNotify.NEVER);
        append(never, "never", Entry.Kind.FAILED, BOUNCED);
        QueueId unasked = message(DsnNotify.UNSPECIFIED);
        append(
                unasked,
                "unasked",
                Entry.Kind.DELIVERED,
                new RecipientState.Delivered(NOW, Diagnosis.local("2.0.0", "ok")));
        runAll();
        assertThat(queued).isEmpty();
        assertThat(durable).containsExactlyInAnyOrder("never", "unasked");
        assertThat(events).hasSize(2);
    }

    @Test
    @Requirement({"conf-90", "conf-88"})
    void tellsOfADelay() {
        QueueId id = message(DsnNotify.UNSPECIFIED);
        append(id, "delay", Entry.Kind.DELAYED, new RecipientState.Waiting(3, NOW.plusSeconds(60), BUSY, true, null));
        runAll();
        assertThat(notice()).contains("Action: delayed\r\nStatus: 4.3.2\r\n", "Will-Retry-Until: Sat, 28 Nov 2026");
    }

    @Test
    @Requirement("conf-86")
    void tellsOfSuccessWhereAsked() {
        QueueId id = message(new DsnNotify(true, false, false));
        append(id, "ok", Entry.Kind.RELAYED, new RecipientState.Delivered(NOW, Diagnosis.local("2.0.0", "ok")));
        runAll();
        assertThat(notice()).contains("Action: relayed\r\nStatus: 2.0.0\r\n");
    }

    @Test
    @Requirement("conf-91")
    void tellsThatTheLifetimeRanOut() {
        QueueId id = message(DsnNotify.UNSPECIFIED);
        append(id, "expired", Entry.Kind.FAILED, new RecipientState.Expired(NOW, BUSY));
        runAll();
        assertThat(notice()).contains("Status: 5.4.7\r\n");
        assertThat(events.getLast()).isInstanceOf(Event.Expired.class);
    }

    @Test
    @Requirement({"I2", "conf-38", "RFC 5321 §4.5.5"})
    void tellsPostmasterOfABounceThatBounced() {
        QueueId id = message(ReversePath.NULL, "dsn", DsnNotify.NEVER);
        append(id, "double", Entry.Kind.FAILED, BOUNCED);
        runAll();
        StoredMessage notice = stored(queued.getFirst().id());
        assertThat(notice.arrival().envelope().recipients().getFirst().mailbox().text())
                .isEqualTo("postmaster@mx1.example.net");
        assertThat(notice.arrival().envelope().reversePath()).isEqualTo(ReversePath.NULL);
        queued.clear();
        append(notice.id(), "triple", Entry.Kind.FAILED, BOUNCED);
        runAll();
        assertThat(queued).isEmpty();
        assertThat(durable).containsExactly("double", "triple");
        assertThat(events.getLast()).isInstanceOf(Event.Bounced.class);
    }

    @Test
    @Requirement({"I2", "conf-38"})
    void tellsNobodyOfADelayOrSuccessOfABounce() {
        QueueId id = message(ReversePath.NULL, "smtp", new DsnNotify(true, true, true));
        append(id, "delay", Entry.Kind.DELAYED, new RecipientState.Waiting(1, NOW, BUSY, true, null));
        append(id, "ok", Entry.Kind.RELAYED, new RecipientState.Delivered(NOW, BUSY));
        runAll();
        assertThat(queued).isEmpty();
        assertThat(durable).containsExactly("delay", "ok");
    }

    @Test
    @Requirement("L3")
    void keepsTryingWhereTheSpoolRefusesTheNotice() {
        QueueId id = message(DsnNotify.UNSPECIFIED);
        spool.refusals.addAll(List.of(Commit.Reason.FULL, Commit.Reason.FAILED));
        append(id, "bounced", Entry.Kind.FAILED, BOUNCED);
        for (int tries = 0; tries < 2; tries++) {
            runAll();
            assertThat(durable).isEmpty();
            assertThat(events).isEmpty();
            assertThat(stored(id).states()).containsExactly(Optional.empty());
            paused.remove().run();
        }
        runAll();
        assertThat(durable).containsExactly("bounced");
        assertThat(queued).hasSize(1);
        assertThat(paused).isEmpty();
    }

    @Test
    void sendsANoticeOnceThoughListenersFail() {
        QueueId id = message(DsnNotify.UNSPECIFIED);
        listenersFail = true;
        append(id, "bounced", Entry.Kind.FAILED, BOUNCED);
        runAll();
        assertThat(paused).isEmpty();
        assertThat(queued).hasSize(1);
        assertThat(durable).containsExactly("bounced");
    }

    @Test
    void triesAgainWhateverFailed() {
        QueueId id = message(DsnNotify.UNSPECIFIED);
        spool.failure = new StackOverflowError("as told");
        append(id, "bounced", Entry.Kind.FAILED, BOUNCED);
        append(id, "behind", null, BOUNCED);
        runAll();
        assertThat(durable).isEmpty();
        paused.remove().run();
        runAll();
        assertThat(durable).containsExactly("bounced", "behind");
        assertThat(queued).hasSize(1);
    }

    @Test
    void usesAFewThreadsForManyMessages() {
        int many = 2 * SpoolJournal.WORKERS_MAX;
        for (int i = 0; i < many; i++) {
            append(message(DsnNotify.UNSPECIFIED), "bounced", Entry.Kind.FAILED, BOUNCED);
        }
        assertThat(workers).hasSize(SpoolJournal.WORKERS_MAX);
        runAll();
        assertThat(durable).hasSize(many);
        append(message(DsnNotify.UNSPECIFIED), "last", Entry.Kind.FAILED, BOUNCED);
        assertThat(workers).hasSize(1);
    }

    @Test
    void stopsWhereTheSpoolIsClosed() {
        QueueId id = message(DsnNotify.UNSPECIFIED);
        spool.refusals.add(Commit.Reason.CLOSED);
        append(id, "bounced", Entry.Kind.FAILED, BOUNCED);
        runAll();
        assertThat(durable).isEmpty();
        assertThat(paused).isEmpty();
    }

    @Test
    void keepsTheOrderOfOneMessageAndHoldsUpNoOther() {
        QueueId slow = message(DsnNotify.UNSPECIFIED, DsnNotify.UNSPECIFIED);
        QueueId other = message(DsnNotify.UNSPECIFIED);
        RecipientState attempting = new RecipientState.Attempting(1, NOW, false, null);
        spool.refusals.add(Commit.Reason.FULL);
        append(slow, "slow", Entry.Kind.FAILED, BOUNCED);
        append(slow, "behind", null, BOUNCED, attempting);
        append(other, "other", null, attempting);
        runAll();
        assertThat(durable).containsExactly("other");
        append(slow, "last", null, BOUNCED, attempting);
        paused.remove().run();
        runAll();
        assertThat(durable).containsExactly("other", "slow", "behind", "last");
        append(slow, "later", null, BOUNCED, attempting);
        runAll();
        assertThat(durable).endsWith("later");
    }

    @Test
    void writesTheNoticeWithoutAContentThatCannotBeRead() {
        QueueId id = message(DsnNotify.UNSPECIFIED);
        spool.unreadable = true;
        append(id, "bounced", Entry.Kind.FAILED, BOUNCED);
        runAll();
        assertThat(durable).containsExactly("bounced");
        spool.unreadable = false;
        assertThat(notice()).contains("Final-Recipient").doesNotContain("Subject: hello");
    }

    @Test
    void recordsWhatBecameOfAMessageThatIsGone() {
        append(new QueueId(4_711), "gone", Entry.Kind.FAILED, BOUNCED);
        runAll();
        assertThat(durable).containsExactly("gone");
        assertThat(queued).isEmpty();
    }

    @Test
    void tellsEachDispositionOnce() {
        QueueId id = message(DsnNotify.UNSPECIFIED, DsnNotify.UNSPECIFIED, DsnNotify.UNSPECIFIED);
        append(
                id,
                "three",
                null,
                new RecipientState.Delivered(NOW, Diagnosis.local("2.0.0", "ok")),
                new RecipientState.Removed(NOW, "ann", "spam"),
                new RecipientState.Held(0, NOW, "ann", "look at it", false, null));
        runAll();
        assertThat(events).hasSize(3);
        assertThat(events.get(0)).isInstanceOfSatisfying(Event.Delivered.class, event -> {
            assertThat(event.recipient()).isEqualTo("r0@example.org");
            assertThat(event.reversePath()).isEqualTo("alice@example.org");
            assertThat(event.age()).isEqualTo(Duration.ofSeconds(60));
        });
        assertThat(events.get(1)).isInstanceOf(Event.Removed.class);
        assertThat(events.get(2)).isInstanceOf(Event.Held.class);
    }

    @Test
    void tellsADeferralOnlyWhenAnAttemptLedToIt() {
        QueueId id = message(DsnNotify.UNSPECIFIED);
        append(id, "deferred", null, new RecipientState.Waiting(1, NOW.plusSeconds(60), BUSY, false, null));
        runAll();
        append(id, "now, says ann", null, new RecipientState.Waiting(1, NOW, BUSY, false, null));
        runAll();
        append(id, "released", null, new RecipientState.Waiting(1, NOW, null, false, null));
        runAll();
        assertThat(events).singleElement().isInstanceOf(Event.Deferred.class);
        assertThat(durable).hasSize(3);
    }

    @Test
    void tellsAnInterventionOnceAndAHoldThatGoesOnNotAgain() {
        QueueId id = message(DsnNotify.UNSPECIFIED);
        Intervention reroute = new Intervention(Intervention.Kind.REROUTED, NOW, "ann", "the other way");
        append(id, "held", null, new RecipientState.Held(0, NOW, "ann", "look", false, null));
        append(id, "rerouted", null, new RecipientState.Held(0, NOW, "ann", "look", false, "hold", reroute));
        append(id, "again", null, new RecipientState.Attempting(1, NOW, false, "hold", reroute));
        runAll();
        assertThat(events).hasSize(2);
        assertThat(events.getFirst()).isInstanceOf(Event.Held.class);
        assertThat(events.getLast()).isInstanceOfSatisfying(Event.Intervened.class, event -> {
            assertThat(event.intervention()).isEqualTo(reroute);
            assertThat(event.route()).isEqualTo("hold");
        });
    }

    @Test
    void restoresWhatTheEngineNeeds() {
        QueueId id = message(new DsnNotify(true, true, false), DsnNotify.UNSPECIFIED);
        append(id, "bounced", null, BOUNCED);
        runAll();
        Accepted restored = journal.restore(stored(id));
        assertThat(restored.id()).isEqualTo(id);
        assertThat(restored.nullReversePath()).isFalse();
        Accepted.Target first = restored.recipients().get(0);
        assertThat(first.state()).isEqualTo(BOUNCED);
        assertThat(first.successNotice()).isTrue();
        assertThat(first.delayNotice()).isFalse();
        Accepted.Target second = restored.recipients().get(1);
        assertThat(second.state()).isNull();
        assertThat(second.host()).isSameAs(first.host());
    }
}
