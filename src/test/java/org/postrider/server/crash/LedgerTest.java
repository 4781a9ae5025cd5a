package org.postrider.server.crash;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.postrider.testing.Requirement;

/** The books must catch what they are kept for: each fault is planted here once. */
@Requirement("L1")
final class LedgerTest {
    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    private final Ledger ledger = new Ledger();
    private final LoadMessage message = withRecipients(2);

    private static LoadMessage withRecipients(int count) {
        SplittableRandom random = new SplittableRandom(1);
        LoadMessage made = LoadMessage.random("m1", random);
        while (made.recipients().size() != count) {
            made = LoadMessage.random("m1", random);
        }
        return made;
    }

    private void offer(Ledger.Answer answer) {
        ledger.offered(message);
        if (answer != Ledger.Answer.UNANSWERED) {
            ledger.answered(message, answer);
        }
    }

    private void settle(int recipient, long nanos) {
        ledger.settled("m1", message.recipients().get(recipient), nanos);
    }

    @Test
    void keepsThePromiseWhereEveryRecipientIsSettledOnce() {
        offer(Ledger.Answer.ACCEPTED);
        settle(0, SECOND);
        settle(1, SECOND);
        Balance balance = ledger.close(Set.of());
        assertThat(balance.kept()).isTrue();
        assertThat(balance.settledRecipients()).isEqualTo(2);
        assertThat(ledger.open()).isZero();
    }

    @Test
    void missesAnAcceptedRecipientThatNeverArrived() {
        offer(Ledger.Answer.ACCEPTED);
        settle(0, SECOND);
        Balance balance = ledger.close(Set.of());
        assertThat(balance.lost()).isEqualTo(1);
        assertThat(balance.kept()).isFalse();
        assertThat(balance.examples()).hasSize(1);
    }

    @Test
    void countsWhatTheSpoolStillHoldsAsQueued() {
        offer(Ledger.Answer.ACCEPTED);
        Balance balance = ledger.close(Set.of("m1"));
        assertThat(balance.kept()).isTrue();
        assertThat(balance.queuedRecipients()).isEqualTo(2);
    }

    @Test
    void excusesADuplicateAroundAKill() {
        offer(Ledger.Answer.ACCEPTED);
        settle(0, SECOND);
        settle(1, SECOND);
        ledger.killed(SECOND + 1_000);
        settle(1, 3 * SECOND);
        Balance balance = ledger.close(Set.of());
        assertThat(balance.kept()).isTrue();
        assertThat(balance.duplicatesExcused()).isEqualTo(1);
        assertThat(balance.duplicatesAtOneKill()).isEqualTo(1);
    }

    @Test
    void doesNotExcuseADuplicateWithoutAKill() {
        offer(Ledger.Answer.ACCEPTED);
        settle(0, SECOND);
        settle(1, SECOND);
        settle(1, SECOND + 1_000);
        assertThat(ledger.close(Set.of()).duplicatesUnexcused()).isEqualTo(1);
    }

    @Test
    void doesNotExcuseADuplicateOfWhatWasDeliveredLongBeforeTheKill() {
        offer(Ledger.Answer.ACCEPTED);
        settle(0, SECOND);
        settle(1, SECOND);
        ledger.killed(SECOND + Ledger.WINDOW.toNanos() + 1);
        settle(1, 9 * SECOND);
        assertThat(ledger.close(Set.of()).kept()).isFalse();
    }

    @Test
    void excusesAnOlderOneWhereTheDiskWasMadeToFail() {
        offer(Ledger.Answer.ACCEPTED);
        settle(0, 5 * SECOND);
        settle(1, 5 * SECOND);
        ledger.killedSince(8 * SECOND, 4 * SECOND);
        settle(1, 9 * SECOND);
        assertThat(ledger.close(Set.of()).kept()).isTrue();
    }

    @Test
    void allowsAnUnansweredMessageToArriveOrNot() {
        offer(Ledger.Answer.UNANSWERED);
        assertThat(ledger.close(Set.of()).kept()).isTrue();
        settle(0, SECOND);
        settle(1, SECOND);
        Balance balance = ledger.close(Set.of());
        assertThat(balance.kept()).isTrue();
        assertThat(balance.unansweredButTaken()).isEqualTo(1);
    }

    @Test
    void doesNotAllowHalfAMessage() {
        offer(Ledger.Answer.UNANSWERED);
        settle(0, SECOND);
        Balance balance = ledger.close(Set.of());
        assertThat(balance.halved()).isEqualTo(1);
        assertThat(balance.kept()).isFalse();
    }

    @Test
    void countsADeliveryOfARefusedMessageApart() {
        offer(Ledger.Answer.REFUSED);
        settle(0, SECOND);
        settle(1, SECOND);
        Balance balance = ledger.close(Set.of());
        assertThat(balance.refusedButSettled()).isEqualTo(2);
        assertThat(balance.settledRecipients()).isZero();
    }

    @Test
    void noticesWhatNobodySent() {
        ledger.settled("m9", "taken-0-m9@recipient.test", SECOND);
        assertThat(ledger.close(Set.of()).damaged()).isEqualTo(1);
    }

    @Test
    void anAnswerAfterTheDeliveryLeavesNothingOpen() {
        ledger.offered(message);
        settle(0, SECOND);
        ledger.answered(message, Ledger.Answer.ACCEPTED);
        assertThat(ledger.open()).isEqualTo(1);
        settle(1, SECOND);
        assertThat(ledger.open()).isZero();
    }
}
