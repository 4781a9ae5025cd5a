package org.postrider.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.postrider.event.Event;
import org.postrider.mail.QueueId;

class RecentMailTest {
    private static final Instant NOW = Instant.parse("2026-11-23T21:00:00Z");

    private final RecentMail recent = new RecentMail();

    private static QueueId id(long number) {
        return new QueueId(number);
    }

    private void accept(long number, int recipients) {
        List<String> to = new ArrayList<>();
        for (int i = 0; i < recipients; i++) {
            to.add("r" + i + "@example.org");
        }
        recent.publish(new Event.Accepted(NOW, id(number), "a@example.org", to, "smtp", 1, "<m@x>", "Hello"));
    }

    @Test
    void forgetsTheOldestWhereRecipientsAreMany() {
        int each = 100;
        int kept = RecentMail.FATES_MAX / each;
        for (int i = 1; i <= kept + 1; i++) {
            accept(i, each);
        }
        assertThat(recent.find(id(1))).isEmpty();
        assertThat(recent.find(id(2))).isPresent();
        assertThat(recent.newest(Integer.MAX_VALUE)).hasSize(kept);
        // The same message told twice counts once.
        accept(kept + 1L, each);
        assertThat(recent.find(id(2))).isPresent();
    }

    @Test
    void forgetsTheOldestWhereMessagesAreMany() {
        for (int i = 1; i <= RecentMail.MESSAGES_MAX + 1; i++) {
            accept(i, 1);
        }
        assertThat(recent.find(id(1))).isEmpty();
        assertThat(recent.newest(Integer.MAX_VALUE)).hasSize(RecentMail.MESSAGES_MAX);
    }

    @Test
    void keepsTheLastHappeningsAndCutsLongTexts() {
        accept(1, 1);
        for (int i = 1; i <= RecentMail.HISTORY_MAX + 1; i++) {
            recent.publish(new Event.Attempted(
                    NOW,
                    id(1),
                    List.of("r0@example.org"),
                    i,
                    "mx:example.org",
                    null,
                    null,
                    "x".repeat(10_000),
                    Duration.ZERO));
        }
        List<RecentMail.Happening> history =
                recent.find(id(1)).orElseThrow().recipients().getFirst().history();
        assertThat(history).hasSize(RecentMail.HISTORY_MAX);
        assertThat(history.getFirst().what()).startsWith("attempt 2 ").hasSize(RecentMail.TEXT_MAX);
    }
}
