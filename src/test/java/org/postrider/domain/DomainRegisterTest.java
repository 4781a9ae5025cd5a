package org.postrider.domain;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postrider.dns.Answer;
import org.postrider.domain.DomainRegister.Change;
import org.postrider.domain.SigningKey.Phase;
import org.postrider.domain.ZoneRecord.Need;
import org.postrider.mail.Domain;
import org.postrider.mail.MailboxGrammar;
import org.postrider.mailauth.dkim.DkimKeyPair;
import org.postrider.mailauth.dkim.SigningAlgorithm;
import org.postrider.state.StateDatabase;
import org.postrider.testing.FakeResolver;
import org.postrider.tlspolicy.StsPolicy;

final class DomainRegisterTest {
    private static final Domain EXAMPLE = new Domain("example.com");

    @TempDir
    private Path directory;

    private final FakeResolver dns = new FakeResolver();
    private final List<SigningKey> signing = new ArrayList<>();
    private Instant now = Instant.parse("2026-11-26T12:00:00Z");
    private Map<Domain, StsPolicy> policies = Map.of();
    private StateDatabase state;
    private DomainRegister register;

    @BeforeEach
    void open() throws IOException {
        state = StateDatabase.open(directory.resolve(StateDatabase.FILE), DomainRegister.MIGRATIONS);
        register = new DomainRegister(state, dns, () -> now, this::settings, DomainRegisterTest::quickKey, keys -> {
            signing.clear();
            signing.addAll(keys);
        });
        register.start();
    }

    /** Short ones are made in no time; they need not be strong here. */
    private static DkimKeyPair quickKey(SigningAlgorithm algorithm) {
        return switch (algorithm) {
            case RSA_SHA256 -> DkimKeyPair.generateRsa(1_024);
            case ED25519_SHA256 -> DkimKeyPair.generate(algorithm);
        };
    }

    private DomainSettings settings() {
        return new DomainSettings(
                new Domain("mx.example.net"),
                MailboxGrammar.mailbox("reports@example.net").orElseThrow(),
                Set.of(),
                policies,
                Duration.ofDays(2),
                Set.of(new Domain("pr202611e._domainkey.taken.example")));
    }

    @AfterEach
    void close() {
        state.close();
    }

    private List<SigningKey> keys() throws IOException {
        return register.find(EXAMPLE).orElseThrow().keys();
    }

    private List<String> signers() {
        return signing.stream().map(SigningKey::selector).sorted().toList();
    }

    private void publish(List<SigningKey> keys) {
        keys.forEach(
                key -> dns.txt(key.dkimRecord().name().ascii(), key.dkimRecord().text()));
    }

    private void pass(Duration time) {
        now = now.plus(time);
        register.keep();
    }

    @Test
    void makesAKeyOfEachAlgorithmThatSignsOnlyWhenItsRecordIsSeen() throws IOException {
        assertThat(register.add(EXAMPLE, false)).isEqualTo(Change.DONE);
        assertThat(keys()).extracting(SigningKey::selector).containsExactlyInAnyOrder("pr202611r", "pr202611e");
        assertThat(keys()).extracting(SigningKey::phase).containsOnly(Phase.PUBLISHED);
        pass(Duration.ofDays(9));
        assertThat(signers()).isEmpty();

        publish(keys().stream()
                .filter(key -> key.pair().algorithm() == SigningAlgorithm.RSA_SHA256)
                .toList());
        pass(DomainRegister.LOOKED_EVERY);
        assertThat(signers()).containsExactly("pr202611r");

        publish(keys().stream()
                .filter(key -> key.pair().algorithm() == SigningAlgorithm.ED25519_SHA256)
                .toList());
        assertThat(register.look(EXAMPLE)).isEqualTo(Change.DONE);
        assertThat(signers()).containsExactly("pr202611e", "pr202611r");
    }

    @Test
    void rotatesWithOverlap() throws IOException {
        register.add(EXAMPLE, true);
        List<SigningKey> old = keys();
        assertThat(signers()).containsExactly("pr202611e", "pr202611r");
        publish(old);

        now = Instant.parse("2026-12-01T00:00:00Z");
        assertThat(register.rotate(EXAMPLE, false)).isEqualTo(Change.DONE);
        assertThat(register.rotate(EXAMPLE, false)).isEqualTo(Change.ROTATING);
        pass(Duration.ofDays(10));
        assertThat(signers()).as("nothing is published").containsExactly("pr202611e", "pr202611r");

        publish(keys());
        pass(Duration.ofMinutes(2));
        pass(Duration.ofDays(2).minusSeconds(1));
        assertThat(signers()).as("not seen for long enough").containsExactly("pr202611e", "pr202611r");
        pass(Duration.ofSeconds(1));
        assertThat(signers()).containsExactly("pr202612e", "pr202612r");

        List<ZoneRecord> records = register.records(register.find(EXAMPLE).orElseThrow());
        assertThat(records)
                .filteredOn(record -> record.need() == Need.REMOVE)
                .hasSize(2)
                .allMatch(record -> record.why().contains("until 2026-12-20"));
    }

    @Test
    void forgetsAWithdrawnKeyWhenItsWeekIsOverAndItsRecordIsGone() throws IOException {
        register.add(EXAMPLE, true);
        List<SigningKey> old = keys();
        publish(old);
        register.rotate(EXAMPLE, true);
        assertThat(keys()).hasSize(4);

        old.forEach(key -> dns.forget(key.dkimRecord().name().ascii()));
        pass(Duration.ofDays(6));
        assertThat(keys()).hasSize(4);
        publish(old);
        pass(Duration.ofDays(1));
        assertThat(keys()).as("the records are still there").hasSize(4);
        old.forEach(key -> dns.forget(key.dkimRecord().name().ascii()));
        pass(Duration.ofMinutes(2));
        assertThat(keys()).hasSize(2).extracting(SigningKey::phase).containsOnly(Phase.ACTIVE);
    }

    @Test
    void aRecordThatIsGoneAgainStartsTheWaitAnew() throws IOException {
        register.add(EXAMPLE, true);
        register.rotate(EXAMPLE, false);
        List<SigningKey> next =
                keys().stream().filter(key -> key.phase() == Phase.PUBLISHED).toList();
        publish(next);
        pass(Duration.ZERO);
        next.forEach(key -> dns.forget(key.dkimRecord().name().ascii()));
        pass(Duration.ofDays(2));
        publish(next);
        pass(Duration.ofMinutes(2));
        assertThat(signers()).containsExactly("pr202611e", "pr202611r");
        pass(Duration.ofDays(2));
        assertThat(signers()).containsExactly("pr202611e2", "pr202611r2");
    }

    @Test
    void aFailureOfTheDnsChangesNothing() throws IOException {
        register.add(EXAMPLE, true);
        register.rotate(EXAMPLE, false);
        publish(keys());
        pass(Duration.ZERO);
        keys().forEach(key -> dns.failing(key.dkimRecord().name().ascii(), Answer.Failure.TIMEOUT));
        pass(Duration.ofDays(3));
        assertThat(signers()).as("not seen now").containsExactly("pr202611e", "pr202611r");
        keys().forEach(key -> dns.failing(key.dkimRecord().name().ascii(), null));
        pass(Duration.ofMinutes(2));
        assertThat(signers()).containsExactly("pr202611e2", "pr202611r2");
    }

    @Test
    void anotherKeyOrASecondRecordDoesNotCount() throws IOException {
        register.add(EXAMPLE, false);
        SigningKey key = keys().getFirst();
        String place = key.dkimRecord().name().ascii();
        SigningKey other =
                SigningKey.made(EXAMPLE, key.selector(), quickKey(key.pair().algorithm()), now);
        dns.txt(place, other.dkimRecord().text());
        pass(Duration.ZERO);
        dns.txt(place, key.dkimRecord().text());
        pass(Duration.ZERO);
        assertThat(signers()).isEmpty();
        dns.forget(place)
                .txt(place, "some other text")
                .txt(place, key.dkimRecord().text());
        pass(Duration.ZERO);
        assertThat(signers()).containsExactly(key.selector());
    }

    @Test
    void keysAndTheirPhasesOutliveARestart() throws IOException {
        register.add(EXAMPLE, true);
        register.rotate(EXAMPLE, false);
        List<SigningKey> before = keys();
        close();
        signing.clear();
        open();
        assertThat(keys()).isEqualTo(before);
        assertThat(signers()).containsExactly("pr202611e", "pr202611r");
    }

    @Test
    void aRemovedDomainSignsNoMoreAndItsSelectorsAreNotUsedAgain() throws IOException {
        register.add(EXAMPLE, true);
        assertThat(register.remove(EXAMPLE)).isEqualTo(Change.DONE);
        assertThat(signers()).isEmpty();
        assertThat(register.remove(EXAMPLE)).isEqualTo(Change.NO_SUCH_DOMAIN);
        assertThat(register.rotate(EXAMPLE, false)).isEqualTo(Change.NO_SUCH_DOMAIN);
        register.add(EXAMPLE, true);
        assertThat(signers()).containsExactly("pr202611e2", "pr202611r2");
        assertThat(register.add(EXAMPLE, false)).isEqualTo(Change.ALREADY_THERE);
    }

    @Test
    void takesNoSelectorOfTheConfiguration() throws IOException {
        register.add(new Domain("taken.example"), true);
        assertThat(signers()).containsExactly("pr202611e2", "pr202611r");
    }

    @Test
    void refusesNamesThatCannotHaveAllRecords() throws IOException {
        assertThat(register.add(new Domain("localhost"), false)).isEqualTo(Change.BAD_NAME);
        String label = "a".repeat(60);
        assertThat(register.add(new Domain(String.join(".", label, label, label, label)), false))
                .isEqualTo(Change.BAD_NAME);
    }

    @Test
    void looksForEveryKeyInTurnAndForNotTooManyAtOnce() throws IOException {
        List<DkimKeyPair> made = List.of(DkimKeyPair.generate(SigningAlgorithm.ED25519_SHA256));
        DomainTable table = new DomainTable(state);
        for (int i = 0; i < DomainRegister.LOOKUPS_MAX + 20; i++) {
            Domain domain = new Domain("d" + i + ".example");
            assertThat(table.add(domain, List.of(SigningKey.made(domain, "s", made.getFirst(), now)), now))
                    .isTrue();
        }
        register.keep();
        assertThat(dns.questions()).isEqualTo(DomainRegister.LOOKUPS_MAX);
        register.list().forEach(listed -> publish(listed.keys()));
        pass(Duration.ofMinutes(2));
        pass(Duration.ofMinutes(2));
        assertThat(signing).hasSize(DomainRegister.LOOKUPS_MAX + 20);
    }

    @Test
    void proposesTheRecordsOfADomain() throws IOException {
        policies =
                Map.of(EXAMPLE, new StsPolicy(StsPolicy.Mode.TESTING, List.of("mx.example.net"), Duration.ofDays(7)));
        register.add(EXAMPLE, false);
        List<ZoneRecord> records = register.records(register.find(EXAMPLE).orElseThrow());
        assertThat(records)
                .extracting(record -> record.need() + " " + record.name() + " " + record.type())
                .containsExactlyInAnyOrder(
                        "OPTIONAL example.com MX",
                        "REQUIRED example.com TXT",
                        "REQUIRED pr202611r._domainkey.example.com TXT",
                        "REQUIRED pr202611e._domainkey.example.com TXT",
                        "REQUIRED _dmarc.example.com TXT",
                        "RECOMMENDED example.com._report._dmarc.example.net TXT",
                        "RECOMMENDED _smtp._tls.example.com TXT",
                        "REQUIRED _mta-sts.example.com TXT",
                        "REQUIRED mta-sts.example.com CNAME");
        ZoneRecord rsa = records.stream()
                .filter(record -> record.name().ascii().startsWith("pr202611r"))
                .findFirst()
                .orElseThrow();
        assertThat(rsa.data()).startsWith("\"v=DKIM1; k=rsa; p=");
        assertThat(rsa.value()).doesNotContain("\"");
    }
}
