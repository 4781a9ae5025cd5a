package org.postrider.queue;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.postrider.mail.Diagnosis;
import org.postrider.mail.Domain;

/** The engine's own collections against those of the library. */
class StructuresTest {
    private static final Destination DESTINATION = new Destination(new Destination.Key(new Domain("a.example"), null));

    private static OpenRecipient recipient(long id) {
        OpenMessage message = new OpenMessage(id, 0);
        OpenRecipient recipient = new OpenRecipient(message, 0, DESTINATION, (byte) 0);
        message.open(List.of(recipient));
        return recipient;
    }

    @Test
    void messageTableKeepsWhatATreeMapKeeps() {
        SplittableRandom random = new SplittableRandom(1);
        MessageTable table = new MessageTable();
        TreeMap<Long, OpenMessage> model = new TreeMap<>();
        for (int i = 0; i < 50_000; i++) {
            long id = random.nextLong(1, 3_000);
            boolean growing = random.nextInt(10) < (i < 25_000 ? 7 : 3);
            if (growing && !model.containsKey(id)) {
                OpenMessage message = new OpenMessage(id, 0);
                model.put(id, message);
                table.add(message);
            } else if (!growing) {
                model.remove(id);
                table.remove(id);
            }
            assertThat(table.get(id)).isSameAs(model.get(id));
        }
        List<Long> ids = new ArrayList<>();
        table.forEach(message -> ids.add(message.id));
        assertThat(ids).containsExactlyInAnyOrderElementsOf(model.keySet());
        assertThat(table.size()).isEqualTo(model.size());
    }

    @Test
    void scheduledQueueServesInTheOrderOfTimeWhateverMovesOrLeaves() {
        SplittableRandom random = new SplittableRandom(2);
        ScheduledQueue queue = new ScheduledQueue();
        List<OpenRecipient> all = new ArrayList<>();
        for (long id = 1; id <= 500; id++) {
            all.add(recipient(id));
        }
        TreeSet<OpenRecipient> model = new TreeSet<>(
                Comparator.<OpenRecipient>comparingLong(r -> r.due).thenComparingLong(r -> r.message.id));
        for (int i = 0; i < 20_000; i++) {
            OpenRecipient one = all.get(random.nextInt(all.size()));
            model.remove(one);
            if (random.nextInt(3) == 0) {
                queue.remove(one);
            } else {
                one.due = random.nextLong(1_000);
                model.add(one);
                queue.put(one, one.due);
            }
            assertThat(queue.head()).isSameAs(model.isEmpty() ? null : model.first());
        }
        queue.reschedule(recipient -> recipient.due = 1_000 - recipient.due);
        List<Long> times = new ArrayList<>();
        for (OpenRecipient head = queue.head(); head != null; head = queue.head()) {
            times.add(queue.headTime());
            queue.remove(head);
        }
        assertThat(times).hasSize(model.size()).isSorted();
    }

    @Test
    void lineLetsAnyOneLeave() {
        Line line = new Line();
        OpenRecipient first = recipient(1);
        OpenRecipient second = recipient(2);
        OpenRecipient third = recipient(3);
        line.add(second);
        line.add(third);
        line.addFirst(first);
        line.remove(second);
        assertThat(line.first()).isSameAs(first);
        assertThat(line.last()).isSameAs(third);
        line.remove(third);
        line.remove(first);
        assertThat(line.isEmpty()).isTrue();
        assertThat(line.first()).isNull();
    }

    @Test
    void diagnosisCacheMakesEqualOnesOne() {
        DiagnosisCache cache = new DiagnosisCache();
        Diagnosis first = Diagnosis.local("4.2.2", "Mailbox full.");
        assertThat(cache.shared(first)).isSameAs(first);
        assertThat(cache.shared(Diagnosis.local("4.2.2", "Mailbox full."))).isSameAs(first);
    }
}
