package org.postrider.certificate;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postrider.testing.TestCertificate;
import org.postrider.tls.PemIdentity;

final class AcmeKeeperTest {
    private static final TestCertificate CA = TestCertificate.authority("Some CA");
    private static final AcmeSettings SETTINGS = settings("mx.example.net");

    @TempDir
    private Path directory;

    private Instant now = Instant.now();
    private final FakeIssuer authority = new FakeIssuer();

    @SuppressWarnings("NullAway.Init")
    private AcmeKeeper keeper;

    /** Answers what it was told to, and notes what it was asked. */
    private static final class FakeIssuer implements AcmeIssuer {
        private final Deque<Answer> answers = new ArrayDeque<>();
        private final List<AcmeSettings> asked = new ArrayList<>();

        @Override
        public Answer issue(AcmeSettings settings, Path account) {
            asked.add(settings);
            return answers.isEmpty() ? new Answer.Refused("try later", Optional.empty()) : answers.poll();
        }
    }

    private static AcmeSettings settings(String... names) {
        return new AcmeSettings(
                URI.create("https://acme.example/Directory"),
                Optional.empty(),
                List.of(names),
                null,
                KeyType.EC,
                Optional.empty(),
                List.of());
    }

    private static AcmeIssuer.Answer issued(String name) {
        TestCertificate made = CA.issue(name);
        return new AcmeIssuer.Answer.Issued(made.chain(), made.key());
    }

    private AcmeKeeper start(AcmeSettings settings) {
        RandomGenerator random = () -> 0;
        keeper = new AcmeKeeper(() -> now, random, authority, directory);
        keeper.take(Optional.of(settings));
        return keeper;
    }

    @Test
    void keepsTheCertificateAcrossRestarts() throws Exception {
        authority.answers.add(issued("mx.example.net"));
        start(SETTINGS);
        assertThat(keeper.identity()).isEmpty();
        assertThat(keeper.step()).isTrue();
        PemIdentity first = keeper.identity().orElseThrow();
        start(SETTINGS);
        assertThat(keeper.identity().map(PemIdentity::chain)).contains(first.chain());
        assertThat(AcmeKeeper.kept(SETTINGS, directory).map(PemIdentity::chain)).contains(first.chain());
        assertThat(keeper.step()).isFalse();
        assertThat(authority.asked).hasSize(1);
    }

    @Test
    void nobodyElseMayReadTheKey() throws Exception {
        authority.answers.add(issued("mx.example.net"));
        start(SETTINGS).step();
        Path file = directory.resolve("acme.example_directory/certificate.pem");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file.getParent())))
                .isEqualTo("rwx------");
    }

    @Test
    void renewsWhenTwoThirdsOfTheLifeAreOver() throws Exception {
        authority.answers.add(issued("mx.example.net"));
        authority.answers.add(issued("mx.example.net"));
        start(SETTINGS).step();
        PemIdentity first = keeper.identity().orElseThrow();
        now = now.plus(Duration.ofDays(10));
        assertThat(keeper.step()).isFalse();
        now = now.plus(Duration.ofDays(7));
        assertThat(keeper.step()).isTrue();
        assertThat(keeper.identity()).isPresent().get().isNotEqualTo(first);
        assertThat(authority.asked).hasSize(2);
    }

    @Test
    void doesNotAskAgainAndAgain() throws Exception {
        start(SETTINGS);
        for (int minutes = 0; minutes < 24 * 60; minutes++) {
            keeper.step();
            now = now.plus(Duration.ofMinutes(1));
        }
        assertThat(authority.asked).hasSizeBetween(4, 8);
    }

    @Test
    void doesNotAskAgainAfterARestartEither() throws Exception {
        for (int restarts = 0; restarts < 20; restarts++) {
            start(SETTINGS).step();
        }
        assertThat(authority.asked).hasSize(1);
    }

    @Test
    void asksAtOnceWithOtherNames() throws Exception {
        start(SETTINGS).step();
        keeper.take(Optional.of(settings("mx.example.net", "mail.example.net")));
        keeper.step();
        assertThat(authority.asked).hasSize(2);
    }

    @Test
    void showsTheOldOneUntilThereIsOneForTheNewNames() throws Exception {
        authority.answers.add(issued("mx.example.net"));
        start(SETTINGS).step();
        keeper.take(Optional.of(settings("mail.example.net")));
        assertThat(keeper.identity()).isPresent();
        authority.answers.add(issued("mail.example.net"));
        assertThat(keeper.step()).isTrue();
        assertThat(keeper.identity().orElseThrow().names().all()).containsExactly("mail.example.net");
    }

    @Test
    void aCertificateForOtherNamesIsAFailure() throws Exception {
        authority.answers.add(issued("other.example.net"));
        start(SETTINGS);
        assertThat(keeper.step()).isFalse();
        assertThat(keeper.identity()).isEmpty();
        now = now.plus(Duration.ofMinutes(10));
        keeper.step();
        assertThat(authority.asked).hasSize(1);
    }

    @Test
    void aDamagedFileIsReplaced() throws IOException, InterruptedException {
        Path file = directory.resolve("acme.example_directory/certificate.pem");
        Files.createDirectories(file.getParent());
        Files.writeString(file, "what is this");
        authority.answers.add(issued("mx.example.net"));
        start(SETTINGS);
        assertThat(keeper.identity()).isEmpty();
        assertThat(keeper.step()).isTrue();
        assertThat(Files.readString(file)).contains("BEGIN CERTIFICATE").contains("BEGIN PRIVATE KEY");
    }

    @Test
    void withoutSettingsItAsksNobody() throws Exception {
        start(SETTINGS);
        keeper.take(Optional.empty());
        assertThat(keeper.step()).isFalse();
        assertThat(authority.asked).isEmpty();
    }
}
