package org.postrider.account;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postrider.mail.MailboxGrammar;
import org.postrider.mail.ReversePath;
import org.postrider.sasl.ClientExchange;
import org.postrider.sasl.ClientMechanisms;
import org.postrider.sasl.Credentials.Judgement;
import org.postrider.sasl.Credentials.Verifier;
import org.postrider.sasl.Login;
import org.postrider.sasl.Mechanism;
import org.postrider.sasl.Refusal;
import org.postrider.sasl.ServerExchange;
import org.postrider.sasl.ServerMechanisms;
import org.postrider.sasl.Step;
import org.postrider.testing.Requirement;

final class AccountsTest {
    @TempDir
    private Path directory;

    private static Judgement bad(Refusal refusal) {
        return new Judgement.Unknown(refusal);
    }

    private static Judgement password(World world, String user, String password) {
        return world.accounts.caller(World.CLIENT).password(user, password);
    }

    private static ReversePath path(String address) {
        return new ReversePath(MailboxGrammar.mailbox(address).orElseThrow());
    }

    @Test
    void knowsTheUsersOfTheConfigurationInAnyCase() throws IOException {
        try (World world = new World(
                directory,
                World.settings(World.plain("Alice@Example.net", "sesame"), World.hashed("bob", "hunter2")))) {
            assertThat(password(world, "alice@example.net", "sesame"))
                    .isEqualTo(new Judgement.Known("Alice@Example.net"));
            assertThat(password(world, "bob", "hunter2")).isEqualTo(new Judgement.Known("bob"));
            assertThat(password(world, "bob", "hunter3")).isEqualTo(bad(Refusal.BAD_CREDENTIALS));
            assertThat(password(world, "alice@example.net", "hunter2")).isEqualTo(bad(Refusal.BAD_CREDENTIALS));
        }
    }

    @Test
    @Requirement("H2")
    void anUnknownUserIsToldTheSameAndIsHashedFor() throws IOException {
        try (World world = new World(directory, World.settings(World.hashed("bob", "hunter2")))) {
            assertThat(password(world, "nobody", "hunter2")).isEqualTo(password(world, "bob", "wrong"));
            Verifier once = world.accounts
                    .caller(World.CLIENT)
                    .scram("nobody", "SHA-256")
                    .orElseThrow();
            Verifier again = world.accounts
                    .caller(World.CLIENT)
                    .scram("Nobody", "SHA-256")
                    .orElseThrow();
            Verifier other = world.accounts
                    .caller(World.CLIENT)
                    .scram("someone", "SHA-256")
                    .orElseThrow();
            assertThat(once.salt())
                    .isEqualTo(again.salt())
                    .isNotEqualTo(other.salt())
                    .hasSize(16);
            assertThat(once.storedKey()).hasSize(32);
            assertThat(once.usable()).isFalse();
        }
    }

    @Test
    @Requirement("H2")
    void madeUpSaltsOutliveARestart() throws IOException {
        byte[] before;
        try (World world = new World(directory, World.settings())) {
            before = world.accounts
                    .caller(World.CLIENT)
                    .scram("nobody", "SHA-512")
                    .orElseThrow()
                    .salt();
        }
        try (World world = new World(directory, World.settings())) {
            assertThat(world.accounts
                            .caller(World.CLIENT)
                            .scram("nobody", "SHA-512")
                            .orElseThrow()
                            .salt())
                    .isEqualTo(before);
        }
    }

    @Test
    void usersOfTheDatabaseLogInByEachMechanism() throws IOException {
        try (World world = new World(directory, World.settings(World.plain("alice", "sesame")))) {
            assertThat(world.accounts.register().add("carol@example.net", "open", List.of()))
                    .isEqualTo(UserRegister.Change.DONE);
            for (Mechanism mechanism :
                    List.of(Mechanism.PLAIN, Mechanism.LOGIN, Mechanism.SCRAM_SHA_256, Mechanism.SCRAM_SHA_512)) {
                assertThat(logIn(world, mechanism, "carol@example.net", "open"))
                        .isEqualTo(new Step.Accepted(new Login("carol@example.net", mechanism.text())));
                assertThat(logIn(world, mechanism, "alice", "sesame")).isInstanceOf(Step.Accepted.class);
                assertThat(logIn(world, mechanism, "alice", "open")).isInstanceOf(Step.Refused.class);
            }
        }
    }

    private static Step logIn(World world, Mechanism mechanism, String user, String password) {
        Caller caller = world.accounts.caller(World.CLIENT);
        ServerExchange server = new ServerMechanisms(
                        Set.of(mechanism), caller, Optional.empty(), List.of(), new SecureRandom())
                .begin(mechanism.text())
                .orElseThrow();
        ClientExchange client = ClientMechanisms.choose(
                        List.of(mechanism.text()), user, password, Optional.empty(), true, new SecureRandom())
                .orElseThrow();
        Step step = server.step(client.initialResponse().orElse(null));
        while (step instanceof Step.Challenge(byte[] challenge)) {
            step = server.step(client.respond(challenge).orElseThrow());
        }
        if (step instanceof Step.Accepted(var login)) {
            caller.accepted(login);
        }
        return step;
    }

    @Test
    void aHashWithoutVerifiersLogsInByPasswordOnly() throws IOException {
        try (World world = new World(directory, World.settings(World.hashed("bob", "hunter2")))) {
            assertThat(logIn(world, Mechanism.PLAIN, "bob", "hunter2")).isInstanceOf(Step.Accepted.class);
            assertThat(logIn(world, Mechanism.SCRAM_SHA_256, "bob", "hunter2")).isInstanceOf(Step.Refused.class);
        }
    }

    @Test
    void onlyWhoKnowsTheSecretIsToldThatTheAccountIsDisabled() throws IOException {
        try (World world = new World(directory, World.settings())) {
            world.accounts.register().add("carol", "open", List.of());
            assertThat(password(world, "carol", "open")).isEqualTo(new Judgement.Known("carol"));
            world.accounts.register().setDisabled("Carol", true);
            assertThat(password(world, "carol", "open")).isEqualTo(bad(Refusal.DISABLED));
            assertThat(password(world, "carol", "shut")).isEqualTo(bad(Refusal.BAD_CREDENTIALS));
            assertThat(logIn(world, Mechanism.SCRAM_SHA_256, "carol", "open")).isInstanceOf(Step.Refused.class);
            world.accounts.register().setDisabled("carol", false);
            assertThat(password(world, "carol", "open")).isEqualTo(new Judgement.Known("carol"));
        }
    }

    @Test
    void aChangedPasswordHoldsAtOnce() throws IOException {
        try (World world = new World(directory, World.settings())) {
            world.accounts.register().add("carol", "open", List.of());
            assertThat(password(world, "carol", "open")).isEqualTo(new Judgement.Known("carol"));
            world.accounts.register().setPassword("carol", "opener");
            assertThat(password(world, "carol", "open")).isEqualTo(bad(Refusal.BAD_CREDENTIALS));
            assertThat(password(world, "carol", "opener")).isEqualTo(new Judgement.Known("carol"));
            world.accounts.register().remove("carol");
            assertThat(password(world, "carol", "opener")).isEqualTo(bad(Refusal.BAD_CREDENTIALS));
        }
    }

    @Test
    void theRegisterSaysWhatItCannotDo() throws IOException {
        try (World world = new World(directory, World.settings(World.plain("alice", "sesame")))) {
            UserRegister register = world.accounts.register();
            assertThat(register.add("Alice", "x", List.of())).isEqualTo(UserRegister.Change.IN_FILE);
            assertThat(register.add("a\r\nb", "x", List.of())).isEqualTo(UserRegister.Change.BAD_NAME);
            assertThat(register.add("", "x", List.of())).isEqualTo(UserRegister.Change.BAD_NAME);
            assertThat(register.add("dora", "", List.of())).isEqualTo(UserRegister.Change.BAD_PASSWORD);
            assertThat(register.add("dora", "x", List.of("not a domain"))).isEqualTo(UserRegister.Change.BAD_SEND_AS);
            assertThat(register.add("dora", "x", List.of("example.net"))).isEqualTo(UserRegister.Change.DONE);
            assertThat(register.add("DORA", "x", List.of())).isEqualTo(UserRegister.Change.ALREADY_THERE);
            assertThat(register.setPassword("nobody", "x")).isEqualTo(UserRegister.Change.NO_SUCH_USER);
            assertThat(register.remove("nobody")).isEqualTo(UserRegister.Change.NO_SUCH_USER);
            assertThat(register.list())
                    .containsExactly(
                            new UserRegister.Listed("alice", "file", false, List.of()),
                            new UserRegister.Listed("dora", "state", false, List.of("example.net")));
        }
    }

    @Test
    void aDatabaseThatFailsIsNoWrongPassword() throws IOException {
        World world = new World(directory, World.settings());
        world.state.close();
        assertThat(password(world, "carol", "open")).isEqualTo(bad(Refusal.UNAVAILABLE));
        assertThat(world.accounts.caller(World.CLIENT).scram("carol", "SHA-256"))
                .isEmpty();
        world.close();
    }

    @Test
    @Requirement({"conf-83", "C6"})
    void aUserSendsAsItselfAndAsWhatItIsGranted() throws IOException {
        User alice = World.plain("alice@example.net", "x", "example.org", "sales@example.com");
        try (World world = new World(directory, World.settings(alice, World.plain("relay", "x", "*")))) {
            Grants grants = world.accounts.grants();
            for (String granted : List.of(
                    "alice@example.net",
                    "Alice@EXAMPLE.net",
                    "alice+news@example.net",
                    "any@example.org",
                    "sales@example.com",
                    "sales+x@example.com")) {
                assertThat(grants.maySendAs("Alice@example.net", path(granted)))
                        .as(granted)
                        .isEqualTo(Grants.Grant.GRANTED);
            }
            for (String refused : List.of(
                    "ceo@example.net",
                    "alice@sub.example.org",
                    "alicex@example.net",
                    "sale@example.com",
                    "alice@[192.0.2.1]")) {
                assertThat(grants.maySendAs("alice@example.net", path(refused)))
                        .as(refused)
                        .isEqualTo(Grants.Grant.REFUSED);
            }
            assertThat(grants.maySendAs("alice@example.net", ReversePath.NULL)).isEqualTo(Grants.Grant.GRANTED);
            assertThat(grants.maySendAs("relay", path("ceo@example.net"))).isEqualTo(Grants.Grant.GRANTED);
            assertThat(grants.maySendAs("nobody", path("ceo@example.net"))).isEqualTo(Grants.Grant.REFUSED);
        }
    }

    @Test
    void quotasStopAtTheirEndAndBeginAnewWithTheHourAndTheDay() throws IOException {
        QuotaLimits limits = new QuotaLimits(
                new QuotaLimits.PerWindow(Optional.of(2L), Optional.of(3L)),
                new QuotaLimits.PerWindow(Optional.empty(), Optional.of(100L)),
                QuotaLimits.PerWindow.OFF);
        AccountSettings settings =
                World.with(World.settings(), new QuotaSettings(limits, limits, QuotaSettings.Action.REFUSE));
        Quotas.Amount one = new Quotas.Amount(1, 5, 1_000);
        Quotas.Answer within = new Quotas.Answer.Within();
        try (World world = new World(directory, settings)) {
            Allowance alice = world.accounts.allowance(new Login("alice", "PLAIN"), World.CLIENT);
            assertThat(alice.ask(new Quotas.Amount(0, 101, 0)))
                    .isEqualTo(new Quotas.Answer.Over("recipients a day", Instant.parse("2026-03-02T00:00:00Z")));
            assertThat(alice.take(one)).isEqualTo(within);
            assertThat(alice.take(one)).isEqualTo(within);
            assertThat(alice.take(one))
                    .isEqualTo(new Quotas.Answer.Over("messages an hour", Instant.parse("2026-03-01T11:00:00Z")));
            assertThat(world.accounts.allowance(null, World.CLIENT).take(one)).isEqualTo(within);
            assertThat(alice.action()).isEqualTo(QuotaSettings.Action.REFUSE);
            world.pass(Duration.ofHours(1));
            assertThat(alice.take(one)).isEqualTo(within);
        }
        try (World world = new World(directory, settings)) {
            world.pass(Duration.ofHours(3));
            Allowance alice = world.accounts.allowance(new Login("Alice", "PLAIN"), World.OTHER);
            assertThat(alice.take(one))
                    .isEqualTo(new Quotas.Answer.Over("messages a day", Instant.parse("2026-03-02T00:00:00Z")));
            world.pass(Duration.ofDays(1));
            assertThat(alice.take(one)).isEqualTo(within);
        }
    }

    @Test
    void whoeverHasNoQuotaIsNotCounted() throws IOException {
        try (World world = new World(directory, World.settings())) {
            Allowance free = world.accounts.allowance(null, World.CLIENT);
            assertThat(free.take(new Quotas.Amount(Integer.MAX_VALUE, 1, 1))).isEqualTo(new Quotas.Answer.Within());
        }
    }
}
