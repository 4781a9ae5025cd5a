package org.postrider.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postrider.mail.Domain;
import org.postrider.state.StateDatabase;
import org.postrider.tlspolicy.StsPolicy;
import org.postrider.tlspolicy.StsPolicy.Mode;
import org.postrider.tlspolicy.StsStore;
import org.postrider.tlspolicy.StsStore.Kept;

/** Policies of others in the state database. */
class StsTableTest {
    private static final Instant NOW = Instant.parse("2026-11-24T12:00:00Z");
    private static final Duration DAY = Duration.ofDays(1);

    @TempDir
    private Path folder = Path.of("");

    private static Kept kept(Mode mode, Duration maxAge, Duration fetchedAgo, Duration usedAgo) {
        StsPolicy policy = new StsPolicy(mode, List.of("mx.example.net"), maxAge);
        return new Kept("1", policy, NOW.minus(fetchedAgo), NOW.minus(usedAgo));
    }

    @Test
    void findsPoliciesInUseThatWereFetchedLongAgo() throws IOException {
        try (StateDatabase state = StateDatabase.open(folder.resolve("state.db"), StsTable.MIGRATIONS)) {
            StsTable table = new StsTable(state);
            Duration week = Duration.ofDays(7);
            Kept old = kept(Mode.ENFORCE, week, DAY, DAY);
            table.keep(new Domain("old.example"), old);
            table.keep(new Domain("new.example"), kept(Mode.ENFORCE, week, DAY.minusSeconds(1), DAY));
            table.keep(new Domain("half.example"), kept(Mode.TESTING, Duration.ofHours(10), Duration.ofHours(5), DAY));
            table.keep(new Domain("over.example"), kept(Mode.ENFORCE, DAY, DAY.plusSeconds(1), DAY));
            table.keep(new Domain("unused.example"), kept(Mode.ENFORCE, week, DAY, Duration.ofDays(31)));
            for (int i = 0; i < 50; i++) {
                table.keep(new Domain("none" + i + ".example"), kept(Mode.NONE, week, DAY, DAY));
            }

            assertThat(table.find(new Domain("old.example"))).contains(old);
            assertThat(table.old(NOW, DAY, NOW.minus(Duration.ofDays(30)), 10))
                    .extracting(StsStore.Entry::domain)
                    .containsExactlyInAnyOrder(new Domain("old.example"), new Domain("half.example"));
            assertThat(table.old(NOW, DAY, NOW.minus(Duration.ofDays(30)), 1)).hasSize(1);
        }
    }
}
