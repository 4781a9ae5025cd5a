package org.postrider.mail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.postrider.testing.Requirement;

final class ReplyTest {
    @Test
    @Requirement({"RFC 5321 §4.2.1", "conf-36"})
    void theFirstDigitDecides() {
        assertThat(Reply.plain(299, "odd").severity()).isEqualTo(Reply.Severity.POSITIVE);
        assertThat(Reply.plain(354, "go").severity()).isEqualTo(Reply.Severity.INTERMEDIATE);
        assertThat(Reply.plain(477, "odd").severity()).isEqualTo(Reply.Severity.TRANSIENT_NEGATIVE);
        assertThat(Reply.plain(599, "odd").severity()).isEqualTo(Reply.Severity.PERMANENT_NEGATIVE);
    }

    @Test
    @Requirement({"RFC 2034 §4", "conf-100"})
    void theStatusHasTheClassOfTheCode() {
        assertThatThrownBy(() -> Reply.of(550, "4.1.1", "no")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    @Requirement("D2")
    void holdsNoLineEnds() {
        assertThatThrownBy(() -> Reply.plain(250, "ok\r\n250 more")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void readsOnOneLine() {
        Reply reply = new Reply(550, EnhancedStatus.of("5.1.1"), List.of("No such user", "here"));
        assertThat(reply.text()).isEqualTo("550 5.1.1 No such user here");
    }

    @Test
    @Requirement("RFC 3463 §2")
    void readsEnhancedStatusesAndNothingElse() {
        assertThat(EnhancedStatus.parse("5.7.26")).contains(new EnhancedStatus(5, 7, 26));
        assertThat(EnhancedStatus.parse("3.0.0")).isEmpty();
        assertThat(EnhancedStatus.parse("5.1")).isEmpty();
        assertThat(EnhancedStatus.parse("5.1.1000")).isEmpty();
    }

    @Test
    void queueIdsAreReadBackAndSortAsTheirTexts() {
        QueueId earlier = new QueueId(1_234_567_890_123L);
        QueueId later = new QueueId(Long.MAX_VALUE);
        assertThat(QueueId.parse(earlier.text())).contains(earlier);
        assertThat(QueueId.parse(later.text().toLowerCase(java.util.Locale.ROOT)))
                .contains(later);
        assertThat(earlier.text()).isLessThan(later.text());
        assertThat(QueueId.parse("0000000000000")).isEmpty();
        assertThat(QueueId.parse("ZZZZZZZZZZZZZ")).isEmpty();
        assertThat(QueueId.parse("nonsense")).isEmpty();
    }
}
