package org.postrider.spool;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.postrider.mail.QueueId;

/** When states wait for a message to share its sync. */
class PatienceTest {
    private static final long NOW = Long.MAX_VALUE - 10;
    private static final Append STATE =
            Append.states(List.of(new Update(new QueueId(1), 0, Mails.delivered())), () -> {});
    private static final Append MOVED =
            Append.moved(1, new MessageCore(1, 0, MessageCore.NO_FILE, 0, new byte[0], 0), new byte[0], 0, 0);

    private final Patience patience = new Patience();

    @Test
    void statesWaitWhileMessagesKeepComing() {
        patience.message(NOW);
        assertThat(patience.pays(List.of(STATE, STATE), NOW + 4 * Patience.NANOS_MAX))
                .isTrue();
    }

    @Test
    void statesDoNotWaitWhereNoMessageIsLikelyToCome() {
        assertThat(patience.pays(List.of(STATE), NOW)).isFalse();
        patience.message(NOW);
        assertThat(patience.pays(List.of(STATE), NOW + 4 * Patience.NANOS_MAX + 1))
                .isFalse();
    }

    @Test
    void whatIsNoStateIsNotHeldUp() {
        patience.message(NOW);
        assertThat(patience.pays(List.of(STATE, MOVED), NOW)).isFalse();
    }

    @Test
    void manyStatesAreWorthASyncOfTheirOwn() {
        patience.message(NOW);
        assertThat(patience.pays(Collections.nCopies(64, STATE), NOW)).isTrue();
        assertThat(patience.pays(Collections.nCopies(65, STATE), NOW)).isFalse();
    }
}
