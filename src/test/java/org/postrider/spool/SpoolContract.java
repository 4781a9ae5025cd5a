package org.postrider.spool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postrider.mail.QueueId;
import org.postrider.testing.Requirement;

/** What each {@link Spool} must do. */
@Timeout(30)
abstract class SpoolContract {
    private Spool spool = new RamSpool();

    abstract Spool open() throws IOException;

    @BeforeEach
    void openSpool() throws IOException {
        spool = open();
    }

    @AfterEach
    void closeSpool() {
        spool.close();
    }

    final Spool spool() {
        return spool;
    }

    final void update(List<Update> updates) throws InterruptedException {
        CountDownLatch durable = new CountDownLatch(1);
        spool.update(updates, durable::countDown);
        assertThat(durable.await(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    @Requirement("L1")
    void givesBackWhatWasCommitted() throws IOException {
        byte[] content = Mails.content(1, 10_000);
        Arrival arrival = Mails.arrival(3);
        QueueId id = Mails.committed(spool, arrival, content);

        assertThat(Mails.read(spool, id)).isEqualTo(Mails.whole(content));
        assertThat(spool.contentOctets(id)).isEqualTo(Mails.whole(content).length);
        StoredMessage found = spool.find(id).orElseThrow();
        assertThat(found.arrival()).isEqualTo(arrival);
        assertThat(found.states()).containsExactly(Optional.empty(), Optional.empty(), Optional.empty());
    }

    @Test
    void takesEmptyContent() throws IOException {
        QueueId id = Mails.committed(spool, Mails.arrival(1), new byte[0]);
        assertThat(Mails.read(spool, id)).isEqualTo(Mails.PREFIX);
    }

    @Test
    void takesContentOfAnySize() throws IOException {
        for (int octets : List.of(1, 1_023, 65_536, 262_143, 262_144, 1_000_000, 5_000_000)) {
            byte[] content = Mails.content(octets, octets);
            QueueId id = Mails.committed(spool, Mails.arrival(1), content);
            assertThat(Mails.read(spool, id)).isEqualTo(Mails.whole(content));
        }
    }

    @ParameterizedTest
    @MethodSource("writeLengths")
    void keepsContentInTheOrderInWhichItWasWritten(List<Integer> lengths) throws IOException {
        byte[] content = Mails.content(
                lengths.hashCode(), lengths.stream().mapToInt(Integer::intValue).sum());
        try (Draft draft = spool.draft(0)) {
            int at = 0;
            for (int length : lengths) {
                draft.write(content, at, length);
                at += length;
            }
            assertThat(draft.octets()).isEqualTo(content.length);
            Commit commit = spool.commit(draft, Mails.arrival(1), Mails.PREFIX, List.of());
            assertThat(commit).isInstanceOf(Commit.Durable.class);
            assertThat(Arrays.mismatch(Mails.read(spool, draft.id()), Mails.whole(content)))
                    .isEqualTo(-1);
        }
    }

    /** Writes of lengths around all bounds, in every order that a few seeds bring. */
    static List<List<Integer>> writeLengths() {
        int[] bounds = {1, 1_024, 10_240, 32_768, 40_960, 65_536, 262_144};
        List<List<Integer>> all = new ArrayList<>();
        all.add(List.of(262_144, 10_240, 40_960, 1));
        all.add(List.of(200_000, 62_143, 1, 1_024, 32_769));
        for (int seed = 0; seed < 30; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            List<Integer> lengths = new ArrayList<>();
            for (int i = 0; i < 16; i++) {
                lengths.add(Math.max(0, bounds[random.nextInt(bounds.length)] + random.nextInt(-2, 3)));
            }
            all.add(lengths);
        }
        return all;
    }

    @Test
    void remembersTheLastStateOfEachRecipient() throws Exception {
        QueueId id = Mails.committed(spool, Mails.arrival(3), Mails.content(1, 100));
        update(List.of(new Update(id, 0, Mails.deferred(1)), new Update(id, 1, Mails.delivered())));
        update(List.of(new Update(id, 0, Mails.deferred(2))));

        assertThat(spool.find(id).orElseThrow().states())
                .containsExactly(Optional.of(Mails.deferred(2)), Optional.of(Mails.delivered()), Optional.empty());
    }

    @Test
    void forgetsAMessageWhoseRecipientsAreAllSettled() throws Exception {
        QueueId id = Mails.committed(spool, Mails.arrival(2), Mails.content(1, 100));
        update(List.of(new Update(id, 0, Mails.delivered())));
        assertThat(spool.find(id)).isPresent();
        update(List.of(new Update(id, 1, Mails.bounced())));

        assertThat(spool.find(id)).isEmpty();
        assertThatThrownBy(() -> spool.content(id)).isInstanceOf(IOException.class);
        assertThat(spool.condition().messages()).isZero();
    }

    @Test
    void changesASettledRecipientNoMore() throws Exception {
        QueueId id = Mails.committed(spool, Mails.arrival(2), Mails.content(1, 100));
        update(List.of(new Update(id, 0, Mails.delivered())));
        update(List.of(new Update(id, 0, Mails.deferred(1))));

        assertThat(spool.find(id).orElseThrow().states().getFirst()).contains(Mails.delivered());
    }

    @Test
    void ignoresStatesOfUnknownMessagesAndRecipients() throws Exception {
        QueueId id = Mails.committed(spool, Mails.arrival(2), Mails.content(1, 100));
        update(List.of(new Update(new QueueId(7), 0, Mails.delivered()), new Update(id, 2, Mails.delivered())));
        assertThat(spool.find(id)).isPresent();
    }

    @Test
    void settlesAMessageTogetherWithTheNoticeOfIt() throws IOException {
        QueueId id = Mails.committed(spool, Mails.arrival(1), Mails.content(1, 100));
        Commit notice = Mails.commit(
                spool, Mails.arrival(1), Mails.content(2, 200), List.of(new Update(id, 0, Mails.bounced())));

        assertThat(notice).isInstanceOf(Commit.Durable.class);
        assertThat(spool.find(id)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 100, 300_000})
    void aDraftIsReadAndWrittenAnewUnderItsId(int length) throws IOException {
        byte[] before = Mails.content(1, length);
        byte[] after = Mails.content(2, length + 50_000);
        QueueId id;
        try (Draft draft = spool.draft(0)) {
            draft.write(before, 0, before.length);
            id = draft.id();
            assertThat(draft.content()).hasBinaryContent(before);
            try (Draft next = draft.anew()) {
                assertThat(next.id()).isEqualTo(id);
                next.write(after, 0, after.length);
                assertThat(draft.content()).hasBinaryContent(before);
                Draft over = draft;
                over.close();
                assertThat(spool.commit(next, Mails.arrival(1), new byte[0], List.of()))
                        .isInstanceOf(Commit.Durable.class);
            }
        }
        assertThat(Mails.read(spool, id)).isEqualTo(after);
    }

    @Test
    void forgetsAnAbandonedDraft() throws IOException {
        try (Draft draft = spool.draft(0)) {
            draft.write(new byte[1_000_000], 0, 1_000_000);
            assertThat(draft.octets()).isEqualTo(1_000_000);
        }
        List<StoredMessage> all = new ArrayList<>();
        spool.forEach(all::add);
        assertThat(all).isEmpty();
    }

    @Test
    void visitsOpenMessagesOldestFirst() throws Exception {
        List<QueueId> ids = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            ids.add(Mails.committed(spool, Mails.arrival(1), Mails.content(i, 100)));
        }
        update(List.of(new Update(ids.get(3), 0, Mails.delivered())));
        ids.remove(3);
        List<QueueId> visited = new ArrayList<>();
        spool.forEach(message -> visited.add(message.id()));
        assertThat(visited).containsExactlyElementsOf(ids);
        assertThat(ids).isSorted();
    }

    @Test
    void refusesOnceItIsClosed() throws IOException {
        Draft draft = spool.draft(0);
        spool.close();
        Commit commit = spool.commit(draft, Mails.arrival(1), Mails.PREFIX, List.of());
        assertThat(commit)
                .isInstanceOfSatisfying(
                        Commit.Refused.class,
                        refused -> assertThat(refused.reason()).isEqualTo(Commit.Reason.CLOSED));
    }
}
