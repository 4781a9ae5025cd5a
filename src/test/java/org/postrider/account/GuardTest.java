package org.postrider.account;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postrider.event.Event;
import org.postrider.sasl.Credentials.Judgement;
import org.postrider.sasl.Login;
import org.postrider.sasl.Refusal;
import org.postrider.testing.Requirement;

@Requirement("H1")
final class GuardTest {
    @TempDir
    private Path directory;

    private World world;

    @BeforeEach
    void open() throws IOException {
        world = new World(directory, World.settings(World.plain("alice", "sesame")));
    }

    @AfterEach
    void close() {
        world.close();
    }

    private Guard.Penalty guess(InetAddress from, String user) {
        Caller caller = world.accounts.caller(from);
        assertThat(caller.password(user, "guess")).isEqualTo(new Judgement.Unknown(Refusal.BAD_CREDENTIALS));
        return caller.refused(Refusal.BAD_CREDENTIALS, user);
    }

    private boolean logsIn(InetAddress from) {
        Caller caller = world.accounts.caller(from);
        if (caller.password("alice", "sesame") instanceof Judgement.Known(String user)) {
            caller.accepted(new Login(user, "PLAIN"));
            return true;
        }
        caller.refused(Refusal.BAD_CREDENTIALS, "alice");
        return false;
    }

    private static InetAddress address(int last) {
        return InetAddress.ofLiteral("203.0.113." + last);
    }

    @Test
    void eachFailureTakesTwiceAsLongUntilTheLimitEndsTheSession() {
        for (int millis = 100; millis <= 800; millis *= 2) {
            assertThat(guess(World.CLIENT, "alice"))
                    .isEqualTo(new Guard.Penalty(Duration.ofMillis(millis), false, false));
        }
        assertThat(world.accounts.caller(World.CLIENT).mayTry()).isTrue();
        assertThat(guess(World.CLIENT, "alice")).isEqualTo(new Guard.Penalty(Duration.ofMillis(1_600), true, true));
        assertThat(world.accounts.caller(World.CLIENT).mayTry()).isFalse();
        assertThat(guess(World.CLIENT, "alice")).isEqualTo(new Guard.Penalty(Duration.ZERO, true, false));
        assertThat(world.events)
                .filteredOn(event -> event instanceof Event.LoginBlocked)
                .containsExactly(new Event.LoginBlocked(world.now, World.CLIENT.getHostAddress(), "alice"));
    }

    @Test
    void beyondTheLimitNotEvenTheRightPasswordIsRightUntilTheWindowEnds() {
        for (int i = 0; i < 5; i++) {
            guess(World.CLIENT, "user" + i);
        }
        assertThat(logsIn(World.CLIENT)).isFalse();
        assertThat(logsIn(World.OTHER)).isTrue();
        world.pass(Duration.ofMinutes(16));
        assertThat(logsIn(World.CLIENT)).isTrue();
    }

    @Test
    void manyAddressesAreCountedTogetherForOneUserWhoStillGetsInFromWhereItIsKnown() {
        assertThat(logsIn(World.CLIENT)).isTrue();
        for (int i = 1; i <= 8; i++) {
            guess(address(i), "alice");
        }
        assertThat(guess(address(9), "alice").hangUp()).isTrue();
        assertThat(logsIn(World.OTHER)).isFalse();
        assertThat(logsIn(World.CLIENT)).isTrue();
    }

    @Test
    void aNetworkOfSixIsOneAddress() {
        for (int i = 0; i < 5; i++) {
            guess(InetAddress.ofLiteral("2001:db8::" + (i + 1)), "user" + i);
        }
        assertThat(world.accounts
                        .caller(InetAddress.ofLiteral("2001:db8::ffff"))
                        .mayTry())
                .isFalse();
        assertThat(world.accounts
                        .caller(InetAddress.ofLiteral("2001:db8:0:1::1"))
                        .mayTry())
                .isTrue();
    }

    @Test
    void successesAreNotCounted() {
        for (int i = 0; i < 50; i++) {
            assertThat(logsIn(World.CLIENT)).isTrue();
        }
    }

    @Test
    void attemptsThatRunAtTheSameTimeAreAllCounted() {
        for (int i = 0; i < 5; i++) {
            world.accounts.caller(World.CLIENT).password("alice", "guess" + i);
        }
        assertThat(world.accounts.caller(World.CLIENT).password("alice", "sesame"))
                .isEqualTo(new Judgement.Unknown(Refusal.BAD_CREDENTIALS));
    }

    @Test
    void messagesThatMakeNoSenseCountToo() {
        for (int i = 0; i < 5; i++) {
            world.accounts.caller(World.CLIENT).refused(Refusal.MALFORMED, "");
        }
        assertThat(world.accounts.caller(World.CLIENT).mayTry()).isFalse();
    }

    @Test
    void ourOwnTroubleCostsNobodyAnything() {
        for (int i = 0; i < 50; i++) {
            Caller caller = world.accounts.caller(World.CLIENT);
            caller.password("alice", "sesame");
            assertThat(caller.refused(Refusal.UNAVAILABLE, "alice")).isEqualTo(Guard.Penalty.NONE);
        }
        assertThat(logsIn(World.CLIENT)).isTrue();
    }
}
