package org.postrider.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.postrider.event.Event;
import org.postrider.mail.Diagnosis;
import org.postrider.mail.Envelope;
import org.postrider.mail.Finding;
import org.postrider.mail.ForwardPath;
import org.postrider.mail.MailParameters;
import org.postrider.mail.MailboxGrammar;
import org.postrider.mail.QueueId;
import org.postrider.mail.Recipient;
import org.postrider.mail.RecipientState;
import org.postrider.mail.ReversePath;
import org.postrider.spool.Arrival;
import org.postrider.spool.StoredMessage;

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

    private void attempt(long number, String recipient, int attempt, String reply) {
        recent.publish(new Event.Attempted(
                NOW, id(number), List.of(recipient), attempt, "mx:example.org", null, null, reply, Duration.ZERO));
    }

    private void deliver(long number, String recipient) {
        recent.publish(new Event.Delivered(
                NOW, id(number), "a@example.org", recipient, Diagnosis.local("2.0.0", "taken"), Duration.ZERO));
    }

    private static Recipient recipient(String address) {
        return Recipient.of(new ForwardPath(MailboxGrammar.mailbox(address).orElseThrow()));
    }

    private RecentMail.Fate fate(long number, int recipient) {
        return recent.find(id(number)).orElseThrow().recipients().get(recipient);
    }

    @Test
    void forgetsTheOldestWhereTheyAreLong() {
        int each = 100;
        int octetsOfOne = each * 17;
        int kept = RecentMail.OCTETS_MAX / octetsOfOne;
        for (int i = 1; i <= kept; i++) {
            accept(i, each);
        }
        assertThat(recent.find(id(1))).isEmpty();
        int remembered = recent.newest(Integer.MAX_VALUE).size();
        assertThat(remembered).isBetween(kept / 2, kept - 1);
        assertThat(fate(kept - remembered + 1L, 99).address()).isEqualTo("r99@example.org");
        deliver(1, "r0@example.org");
        assertThat(recent.find(id(1))).isEmpty();
    }

    @Test
    void tellsWholeStoriesHoweverManyWereToldBefore() {
        int messages = 3 * RecentMail.MESSAGES_MAX;
        for (int i = 1; i <= messages; i++) {
            accept(i, 2);
            attempt(i, "r1@example.org", 1, "250 of message " + i);
            deliver(i, "r1@example.org");
            if (i > 10 && i % 10 == 0) {
                attempt(i - 10, "r0@example.org", 1, "250 of " + "long ".repeat(i % 30) + (i - 10));
            }
        }
        for (int i = messages - 1_000; i <= messages - 10; i++) {
            assertThat(fate(i, 1).state()).isEqualTo("delivered");
            assertThat(fate(i, 1).settled()).isTrue();
            assertThat(fate(i, 1).history())
                    .extracting(RecentMail.Happening::what)
                    .containsExactly("attempt 1 at mx:example.org: 250 of message " + i, "delivered: taken");
            assertThat(fate(i, 0).history()).hasSize(i % 10 == 0 ? 1 : 0);
        }
        assertThat(recent.newest(3))
                .extracting(RecentMail.Seen::id)
                .containsExactly(id(messages), id(messages - 1L), id(messages - 2L));
    }

    @Test
    void longRepliesDoNotDriveOthersMailOut() {
        for (int i = 1; i <= 6_000; i++) {
            accept(i, 1);
            attempt(i, "r0@example.org", 1, "x".repeat(3_000));
        }
        assertThat(recent.newest(Integer.MAX_VALUE)).hasSize(6_000);
    }

    @Test
    void countsAMessageThatIsToldTwiceOnce() {
        accept(1, 1);
        accept(2, 1);
        deliver(1, "r0@example.org");
        accept(1, 3);
        assertThat(recent.newest(10)).extracting(RecentMail.Seen::id).containsExactly(id(2), id(1));
        assertThat(recent.find(id(1)).orElseThrow().recipients())
                .extracting(RecentMail.Fate::state)
                .containsExactly("queued", "queued", "queued");
    }

    @Test
    void doesNothingForAnUnknownMessageOrRecipient() {
        accept(1, 1);
        deliver(1, "r1@example.org");
        deliver(2, "r0@example.org");
        assertThat(fate(1, 0).state()).isEqualTo("queued");
        assertThat(recent.newest(10)).hasSize(1);
    }

    @Test
    void keepsTextOfAnyLengthAndScript() {
        recent.publish(new Event.Accepted(
                NOW,
                id(1),
                "ä@example.org",
                List.of("ö@example.org"),
                "smtp",
                1,
                null,
                "é\0\uD83D".repeat(40_000),
                List.of(new Finding("dnsbl", Finding.Verdict.SCORE, -3, "listed"))));
        deliver(1, "ö@example.org");
        RecentMail.Seen seen = recent.find(id(1)).orElseThrow();
        assertThat(seen.from()).isEqualTo("ä@example.org");
        assertThat(seen.subject()).startsWith("é\0\uD83Dé");
        assertThat(seen.findings()).containsExactly(new Finding("dnsbl", Finding.Verdict.SCORE, -3, "listed"));
        assertThat(fate(1, 0).state()).isEqualTo("delivered");
    }

    @Test
    void tellsOfAMessageFoundInTheSpoolHowFarItCame() {
        Instant next = NOW.plusSeconds(60);
        RecipientState waiting =
                new RecipientState.Waiting(3, next, Diagnosis.local("4.4.1", "no answer"), false, null);
        Envelope envelope = new Envelope(
                new ReversePath(null),
                MailParameters.PLAIN,
                List.of(recipient("r0@example.org"), recipient("r1@example.org")));
        Arrival arrival = new Arrival(envelope, NOW, "smtp");
        recent.restore(new StoredMessage(id(1), arrival, 1, List.of(Optional.of(waiting), Optional.empty())));
        assertThat(fate(1, 0))
                .isEqualTo(new RecentMail.Fate(
                        "r0@example.org",
                        "waiting",
                        false,
                        3,
                        next,
                        List.of(new RecentMail.Happening(next, "last: no answer"))));
        assertThat(fate(1, 1)).isEqualTo(RecentMail.Fate.queued("r1@example.org"));
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
