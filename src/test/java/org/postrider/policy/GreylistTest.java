package org.postrider.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postrider.state.StateDatabase;
import org.postrider.testing.Requirement;

@Requirement("RFC 6647 §2")
final class GreylistTest {
    private static final Duration DELAY = Duration.ofMinutes(5);

    @TempDir
    private Path directory;

    private final Gate gate = new Gate();

    @BeforeEach
    void on() {
        gate.greylist = greylist(Action.DEFER, false);
    }

    private static PolicySettings.Greylist greylist(Action action, boolean onlySuspects) {
        return new PolicySettings.Greylist(
                action, onlySuspects, DELAY, Duration.ofHours(4), Duration.ofDays(36), Optional.of(2));
    }

    private String rcpt(String client, String from, String to) {
        return gate.rcpt(client, "client.example.org", from, to);
    }

    @Test
    void letsInWhatComesBackInTime() {
        assertThat(gate.rcpt(Gate.STRANGER)).isEqualTo("450 4.7.1 Greylisted, try again in 300 s");
        gate.pass(Duration.ofSeconds(100));
        assertThat(gate.rcpt(Gate.STRANGER)).isEqualTo("450 4.7.1 Greylisted, try again in 200 s");
        gate.pass(Duration.ofSeconds(200));
        assertThat(gate.rcpt(Gate.STRANGER)).isEqualTo("ok");
        assertThat(gate.rcpt(Gate.STRANGER)).isEqualTo("ok");
        gate.pass(Duration.ofDays(37));
        assertThat(gate.rcpt(Gate.STRANGER)).startsWith("450 4.7.1 ");
    }

    @Test
    void beginsAnewWithWhatComesBackTooLate() {
        assertThat(gate.rcpt(Gate.STRANGER)).startsWith("450 4.7.1 ");
        gate.pass(Duration.ofHours(5));
        assertThat(gate.rcpt(Gate.STRANGER)).isEqualTo("450 4.7.1 Greylisted, try again in 300 s");
    }

    @Test
    void takesTheHostsOfOneNetworkForOneClient() {
        assertThat(gate.rcpt("198.51.100.7")).startsWith("450");
        assertThat(gate.rcpt("2001:db8:0:1::1")).startsWith("450");
        gate.pass(DELAY);
        assertThat(gate.rcpt("198.51.100.200")).isEqualTo("ok");
        assertThat(gate.rcpt("2001:db8:0:1:ffff::9")).isEqualTo("ok");
        assertThat(gate.rcpt("198.51.101.7")).startsWith("450");
        assertThat(gate.rcpt("2001:db8:0:2::1")).startsWith("450");
        assertThat(rcpt("198.51.100.7", "", Gate.OURS)).startsWith("450");
        assertThat(rcpt("198.51.100.7", Gate.SENDER, "eve@example.net")).startsWith("450");
        assertThat(rcpt("198.51.100.7", "ALICE@example.org", "BOB@example.net")).isEqualTo("ok");
    }

    @Test
    void allowsAClientOfWhichEnoughHasComeBack() {
        for (String to : new String[] {"a@example.net", "b@example.net"}) {
            assertThat(rcpt(Gate.STRANGER, Gate.SENDER, to)).startsWith("450");
        }
        gate.pass(DELAY);
        for (String to : new String[] {"a@example.net", "b@example.net"}) {
            assertThat(rcpt(Gate.STRANGER, Gate.SENDER, to)).isEqualTo("ok");
        }
        assertThat(rcpt(Gate.STRANGER, Gate.SENDER, "c@example.net")).isEqualTo("ok");
        assertThat(gate.found()).contains("greylist pass: the client has come back 2 times");
    }

    @Test
    void survivesARestart() throws IOException {
        Path file = directory.resolve(StateDatabase.FILE);
        try (StateDatabase state = StateDatabase.open(file, GreylistTable.MIGRATIONS)) {
            gate.store = new GreylistTable(state);
            gate.restart();
            assertThat(gate.rcpt(Gate.STRANGER)).startsWith("450");
            assertThat(gate.rcpt("203.0.113.1")).startsWith("450");
            gate.running().flush();
        }
        gate.pass(DELAY);
        try (StateDatabase state = StateDatabase.open(file, GreylistTable.MIGRATIONS)) {
            gate.store = new GreylistTable(state);
            gate.restart();
            assertThat(gate.rcpt(Gate.STRANGER)).isEqualTo("ok");
            gate.running().flush();
            gate.restart();
            assertThat(gate.rcpt(Gate.STRANGER)).isEqualTo("ok");
            gate.pass(Duration.ofHours(5));
            gate.running().expire();
            gate.restart();
            assertThat(gate.rcpt(Gate.STRANGER)).isEqualTo("ok");
            assertThat(gate.rcpt("203.0.113.1")).startsWith("450");
        }
    }

    @Test
    void letsInWhomItCannotLookUp() throws IOException {
        StateDatabase state = StateDatabase.open(directory.resolve(StateDatabase.FILE), GreylistTable.MIGRATIONS);
        gate.store = new GreylistTable(state);
        state.close();
        gate.restart();
        assertThat(gate.rcpt(Gate.STRANGER)).isEqualTo("ok");
        assertThat(gate.found()).contains("greylist unknown: the greylist cannot be read");
    }

    @Test
    void delaysOnlySuspectsWhereItIsToldSo() {
        gate.greylist = greylist(Action.DEFER, true);
        gate.reverseName = Response.TAG;
        gate.dns.ptr("198.51.100.9", "good.example").address("good.example", "198.51.100.9");
        assertThat(gate.rcpt("198.51.100.9")).isEqualTo("ok");
        assertThat(gate.rcpt(Gate.STRANGER)).startsWith("450");
    }

    @Test
    void onlyNotesWhereItIsToldSo() {
        gate.greylist = greylist(Action.TAG, false);
        assertThat(gate.rcpt(Gate.STRANGER)).isEqualTo("ok");
        assertThat(gate.found()).contains("greylist tag: new; it has to wait for 300 s");
    }
}
