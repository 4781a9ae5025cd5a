package org.postrider.event;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.postrider.mail.Domain;
import org.postrider.mail.Envelope;
import org.postrider.mail.ForwardPath;
import org.postrider.mail.Intervention;
import org.postrider.mail.MailParameters;
import org.postrider.mail.Mailbox;
import org.postrider.mail.QueueId;
import org.postrider.mail.Recipient;
import org.postrider.mail.RecipientState;
import org.postrider.mail.ReversePath;
import org.postrider.spool.Arrival;
import org.postrider.spool.Commit;
import org.postrider.spool.Draft;
import org.postrider.spool.LogSpool;
import org.postrider.spool.Note;
import org.postrider.spool.Outbox;
import org.postrider.spool.SpoolSettings;
import org.postrider.spool.Update;
import org.postrider.testing.Requirement;

/** The mail log behind a real spool. */
@Timeout(60)
class MailLogTest {
    private static final Clock CLOCK = Clock.fixed(Sample.AT, ZoneOffset.UTC);
    private static final SpoolSettings SMALL =
            SpoolSettings.DEFAULT.withSegments(1 << 20, 256 << 10, 2 << 20).withSpace(Long.MAX_VALUE, 0, 0);
    private static final Note TOLD = new Note(Sample.AT, Sample.AT, "alice@example.org", "bob@example.com", true, true);

    @TempDir
    Path directory = Path.of("unset");

    private @Nullable LogSpool open;

    @BeforeEach
    void openSpool() throws IOException {
        open = LogSpool.open(directory.resolve("spool"), SMALL, CLOCK);
    }

    @AfterEach
    void closeSpool() {
        spool().close();
    }

    private LogSpool spool() {
        if (open == null) {
            throw new AssertionError("no spool");
        }
        return open;
    }

    private Path file() {
        return directory.resolve("mail.log");
    }

    private MailLog log() throws IOException {
        return log(file(), MailLog.Settings.DEFAULT);
    }

    private MailLog log(Path path, MailLog.Settings settings) throws IOException {
        return new MailLog(path, spool().outbox(), CLOCK, settings);
    }

    private QueueId accept(int octets) throws IOException {
        Recipient bob = Recipient.of(new ForwardPath(new Mailbox("bob", new Domain("example.com"))));
        ReversePath alice = new ReversePath(new Mailbox("alice", new Domain("example.org")));
        Envelope envelope = new Envelope(alice, MailParameters.PLAIN, List.of(bob));
        try (Draft draft = spool().draft(0)) {
            draft.write(new byte[octets], 0, octets);
            Arrival arrival = new Arrival(envelope, Sample.AT, "smtp 192.0.2.1 x", "<1@x>");
            if (spool().commit(draft, arrival, new byte[0], List.of()) instanceof Commit.Durable durable) {
                return durable.id();
            }
        }
        throw new AssertionError("not taken");
    }

    private void become(QueueId id, RecipientState state) throws InterruptedException {
        CountDownLatch durable = new CountDownLatch(1);
        spool().update(List.of(new Update(id, 0, state, TOLD)), durable::countDown);
        durable.await();
    }

    private List<String> lines() throws IOException {
        return Files.readAllLines(file());
    }

    private static Event attempted(QueueId id) {
        return new Event.Attempted(
                Sample.AT, id, List.of("bob@example.com"), 1, "site", null, null, "250 ok", Duration.ZERO);
    }

    @Test
    void tellsWhatIsDurableWithNobodyPublishingIt() throws Exception {
        QueueId id;
        try (MailLog log = log()) {
            id = accept(10);
            become(id, new RecipientState.Delivered(Sample.AT.plusSeconds(2), Sample.REFUSED));
            assertThat(log.lostEver()).isZero();
        }
        assertThat(lines()).hasSize(2);
        assertThat(lines().get(0)).startsWith("""
            {"time":"2026-11-23T21:00:00.007Z","event":"accepted","id":"%s","from":"alice@example.org",\
            "to":["bob@example.com"],"origin":"smtp 192.0.2.1 x","octets":10,"message-id":"<1@x>","fact":\
            """.formatted(id.text()));
        assertThat(lines().get(1))
                .contains("\"event\":\"delivered\"", "\"age-ms\":2000", "\"from\":\"alice@example.org\"");
    }

    @Test
    void tellsWhoReleasedAndWhatWasNewsBeside() throws Exception {
        Intervention release = new Intervention(Intervention.Kind.RELEASED, Sample.AT, "ann", "all clear");
        try (MailLog log = log()) {
            QueueId id = accept(10);
            become(id, new RecipientState.Waiting(1, Sample.AT, Sample.REFUSED, false, null, release));
            assertThat(log.lostEver()).isZero();
        }
        assertThat(lines().get(1)).contains("\"event\":\"released\"", "\"by\":\"ann\",\"why\":\"all clear\"");
        assertThat(lines().get(2)).contains("\"event\":\"deferred\"").endsWith("+\"}");
    }

    @Test
    void putsAnAttemptBetweenWhatWasBeforeAndWhatCameOfIt() throws Exception {
        try (MailLog log = log()) {
            for (int i = 0; i < 100; i++) {
                QueueId id = accept(10);
                log.publish(attempted(id));
                become(id, new RecipientState.Bounced(Sample.AT, Sample.REFUSED));
            }
        }
        List<String> lines = lines();
        assertThat(lines).hasSize(300);
        for (int i = 0; i < 300; i += 3) {
            assertThat(lines.get(i)).contains("\"accepted\"");
            assertThat(lines.get(i + 1)).contains("\"attempted\"");
            assertThat(lines.get(i + 2)).contains("\"bounced\"");
        }
    }

    @Test
    void appendsToWhatIsThereAndRepeatsNothingAfterACleanEnd() throws Exception {
        Files.writeString(file(), "old\n");
        for (int run = 1; run <= 3; run++) {
            try (MailLog log = log()) {
                accept(10);
                assertThat(log.unreadOctets()).isNotNegative();
            }
            assertThat(lines()).hasSize(1 + run).startsWith("old");
            spool().close();
            openSpool();
        }
    }

    @Test
    @Requirement("L1")
    void goesOnWhereNobodyFollowed() throws Exception {
        log().close();
        QueueId meanwhile = accept(10);
        spool().close();
        openSpool();
        log().close();
        assertThat(lines()).singleElement().asString().contains(meanwhile.text());
    }

    @Test
    void goesOnInANewFileAfterRotation() throws Exception {
        Path old = directory.resolve("mail.log.1");
        QueueId second;
        try (MailLog log = log()) {
            accept(10);
            Files.move(file(), old);
            log.reopen();
            second = accept(10);
            log.publish(attempted(second));
        }
        String all = Files.readString(old) + (Files.exists(file()) ? Files.readString(file()) : "");
        assertThat(all.lines()).hasSize(3);
        assertThat(Files.readString(file())).contains(second.text());
    }

    @Test
    @Requirement("L3")
    void onlyLagsWhereTheDiskDoesNotTakeIt() throws Exception {
        Path place = Files.createDirectory(directory.resolve("log"));
        Path file = place.resolve("mail.log");
        QueueId first;
        QueueId second;
        try (MailLog log = log(file, MailLog.Settings.DEFAULT)) {
            Files.delete(file);
            Files.delete(place);
            log.reopen();
            first = accept(10);
            log.publish(attempted(first));
            while (log.lostEver() == 0) {
                Thread.onSpinWait();
            }
            Files.createDirectory(place);
            second = accept(10);
            assertThat(log.lostEver())
                    .as("the attempt, which is no durable fact")
                    .isEqualTo(1);
            log.reopen();
            while (!Files.exists(file)) {
                Thread.onSpinWait();
            }
        }
        assertThat(Files.readString(file))
                .contains("{\"time\":\"2026-11-23T21:00:00.007Z\",\"event\":\"lost\",\"count\":1}\n")
                .contains(first.text(), second.text());
    }

    @Test
    @Requirement("L3")
    void givesUpTheOldestOnlyBeyondItsBoundAndSaysSo() throws Exception {
        Path place = Files.createDirectory(directory.resolve("log"));
        Path file = place.resolve("mail.log");
        int count = 100;
        long lost;
        try (MailLog log = log(file, new MailLog.Settings(10, 3 << 20))) {
            Files.delete(file);
            Files.delete(place);
            log.reopen();
            for (int i = 0; i < count; i++) {
                accept(100_000);
            }
            while (log.lostEver() == 0) {
                log.reopen();
                Thread.onSpinWait();
            }
            Files.createDirectory(place);
            while (!Files.exists(file)) {
                log.reopen();
                Thread.onSpinWait();
            }
            lost = log.lostEver();
        }
        List<String> lines = Files.readAllLines(file);
        lines.removeIf(String::isEmpty);
        assertThat(lines.getFirst()).contains("\"event\":\"lost\",\"count\":" + lost);
        assertThat(lines.size() - 1 + lost).isEqualTo(count);
    }

    @Test
    void keepsNoMoreAttemptsInMemoryThanItMay() throws Exception {
        try (MailLog log = log(file(), new MailLog.Settings(4, 1 << 20))) {
            QueueId id = accept(10);
            while (log.lostEver() == 0) {
                log.publish(attempted(id));
            }
        }
        assertThat(lines()).anyMatch(line -> line.contains("\"event\":\"lost\""));
    }

    @Test
    void holdsTheLogUntilItIsRead() throws Exception {
        Outbox outbox = spool().outbox();
        int count = 200;
        for (int i = 0; i < count; i++) {
            become(accept(50_000), new RecipientState.Delivered(Sample.AT, Sample.REFUSED));
        }
        spool().close();
        openSpool();
        assertThat(outbox.position()).as("of the follower that read nothing").isPositive();
        try (MailLog log = log()) {
            assertThat(log.lostEver()).isZero();
        }
        assertThat(lines()).hasSize(2 * count);
    }
}
