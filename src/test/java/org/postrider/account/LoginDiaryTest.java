package org.postrider.account;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postrider.event.Event;
import org.postrider.sasl.Refusal;

final class LoginDiaryTest {
    @TempDir
    private Path directory;

    private final List<Event> events = new ArrayList<>();
    private Instant now = Instant.parse("2026-03-01T10:20:00Z");
    private final LoginDiary diary = new LoginDiary(() -> now, events::add);

    private static InetAddress address(int last) {
        return InetAddress.ofLiteral("203.0.113." + last);
    }

    @Test
    void ofAFloodOfGuessesTellsAFewAndThenASummaryAMinute() {
        Instant began = now;
        for (int i = 0; i < 1_000; i++) {
            diary.refused(
                    address(i % 200), "user" + i % 50, i % 4 == 0 ? Refusal.UNAVAILABLE : Refusal.BAD_CREDENTIALS);
        }
        assertThat(events)
                .hasSize(LoginDiary.FEW)
                .first()
                .isEqualTo(new Event.LoginRefused(now, "203.0.113.0", "user0", "unavailable"));
        events.clear();
        now = now.plusSeconds(61);
        diary.keep();
        assertThat(events)
                .containsExactly(new Event.LoginsRefused(
                        now, began, 200, 50, Map.of("bad-credentials", 743L, "unavailable", 247L), 0));
        events.clear();
        diary.refused(address(1), "alice", Refusal.DISABLED);
        assertThat(events).containsExactly(new Event.LoginRefused(now, "203.0.113.1", "alice", "disabled"));
        now = now.plusSeconds(61);
        diary.keep();
        assertThat(events).hasSize(1);
    }

    @Test
    void ofManyBlockedTellsAFewAndCountsTheRest() {
        for (int i = 0; i < 100; i++) {
            diary.blocked(address(i), "alice");
        }
        assertThat(events)
                .hasSize(LoginDiary.FEW)
                .first()
                .isEqualTo(new Event.LoginBlocked(now, "203.0.113.0", "alice"));
        diary.close();
        assertThat(events.getLast()).isInstanceOfSatisfying(Event.LoginsRefused.class, summary -> {
            assertThat(summary.blocked()).isEqualTo(90);
            assertThat(summary.count()).isZero();
        });
    }

    @Test
    void tellsAQuotaOnceUntilItIsAnew() {
        Instant next = now.plus(Duration.ofHours(1));
        diary.quotaReached("user alice", "messages an hour", next);
        diary.quotaReached("user alice", "messages an hour", next);
        diary.quotaReached("user bob", "messages an hour", next);
        diary.quotaReached("user alice", "messages an hour", next.plus(Duration.ofHours(1)));
        assertThat(events)
                .hasSize(3)
                .first()
                .isEqualTo(new Event.QuotaReached(now, "user alice", "messages an hour", next));
    }

    @Test
    void tellsLoginsAndChangesOfUsers() throws IOException {
        try (World world = new World(directory, World.settings())) {
            UserRegister register = world.accounts.register();
            assertThat(register.add("Bob", "hunter2", List.of())).isEqualTo(UserRegister.Change.DONE);
            assertThat(register.setPassword("bob", "hunter3")).isEqualTo(UserRegister.Change.DONE);
            assertThat(register.setDisabled("bob", true)).isEqualTo(UserRegister.Change.DONE);
            assertThat(register.remove("nobody")).isEqualTo(UserRegister.Change.NO_SUCH_USER);
            assertThat(register.remove("bob")).isEqualTo(UserRegister.Change.DONE);
            assertThat(world.events)
                    .containsExactly(
                            new Event.UserChanged(world.now, "bob", "added"),
                            new Event.UserChanged(world.now, "bob", "password-set"),
                            new Event.UserChanged(world.now, "bob", "disabled"),
                            new Event.UserChanged(world.now, "bob", "removed"));
        }
    }
}
