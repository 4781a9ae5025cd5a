package org.postrider.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postrider.dns.Answer;
import org.postrider.dns.DnsResolver;
import org.postrider.dns.DnsSettings;
import org.postrider.endtoend.Dialogue;
import org.postrider.endtoend.Letters;
import org.postrider.endtoend.PostriderUnderTest;
import org.postrider.mail.Domain;
import org.postrider.server.crash.ServerProcess;
import org.postrider.testing.FakePeer;
import org.postrider.testing.PoliteScript;
import org.postrider.testing.Requirement;
import org.postrider.testing.TestCertificate;

/** Signed zones of a real name server, validated here, and what becomes of mail to their hosts. */
@EnabledIfSystemProperty(named = "interop", matches = "true")
@Timeout(150)
final class DaneTest {
    private static final String LONG_VALID = "20990101";
    private static final String OVER = "20200201";
    private static final TestCertificate OWN = TestCertificate.selfSigned("mx.example");
    private static final TestCertificate NEXT = TestCertificate.selfSigned("mx.example");

    @TempDir
    private Path directory;

    private Nsd nsd;

    private static String record(TestCertificate certificate) {
        try {
            byte[] key = certificate.certificate().getPublicKey().getEncoded();
            return "_25._tcp.mx TLSA 3 1 1 "
                    + HexFormat.of()
                            .formatHex(MessageDigest.getInstance("SHA-256").digest(key)) + "\n";
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    @BeforeEach
    void serve() throws IOException, InterruptedException {
        String hosts = "@ MX 10 mx\nmx A 127.0.0.1\n";
        nsd = new Nsd(directory.resolve("nsd"))
                .signed("good.test", hosts + record(OWN), LONG_VALID)
                .signed("rolling.test", hosts + record(NEXT) + record(OWN), LONG_VALID)
                .signed("wrong.test", hosts + record(NEXT), LONG_VALID)
                .signed("none.test", hosts, LONG_VALID)
                .signed("late.test", hosts + record(OWN), OVER)
                .signed("tampered.test", hosts + record(OWN) + "_26._tcp.mx TLSA 3 1 1 " + "ab".repeat(32), LONG_VALID)
                .plain("plain.test", hosts + record(NEXT))
                .tamper("tampered.test", "TLSA\t3 1 1 " + digest(OWN), "TLSA\t3 1 1 " + digest(NEXT))
                .start();
    }

    private static String digest(TestCertificate certificate) {
        String record = record(certificate).strip();
        return record.substring(record.lastIndexOf(' ') + 1);
    }

    @AfterEach
    void stop() {
        nsd.close();
    }

    private DnsResolver resolver() {
        return new DnsResolver(
                DnsSettings.DEFAULT.withServers(List.of(nsd.address())).withTrustAnchors(nsd.anchors()),
                System::nanoTime);
    }

    private static boolean authenticated(Answer<?> answer) {
        return switch (answer) {
            case Answer.Found<?> found -> found.authenticated();
            case Answer.NoRecords<?> none -> none.authenticated();
            case Answer.NoSuchName<?> none -> none.authenticated();
            case Answer.Failed<?> failed -> throw new AssertionError(failed);
        };
    }

    @Test
    @Requirement("RFC 4035 §5")
    void signedAnswersAndSignedLackOfThemAreAuthenticated() {
        DnsResolver dns = resolver();

        assertThat(authenticated(dns.mx(new Domain("good.test")))).isTrue();
        assertThat(authenticated(dns.tlsa(new Domain("mx.good.test"), 25))).isTrue();
        assertThat(dns.tlsa(new Domain("mx.none.test"), 25)).isInstanceOf(Answer.NoSuchName.class);
        assertThat(authenticated(dns.tlsa(new Domain("mx.none.test"), 25))).isTrue();
        assertThat(authenticated(dns.alias(new Domain("mx.good.test")))).isTrue();
        assertThat(authenticated(dns.mx(new Domain("plain.test")))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"late.test", "tampered.test"})
    @Requirement("RFC 4035 §5")
    void whatIsNotAsItWasSignedIsAFailure(String zone) {
        assertThat(resolver().tlsa(new Domain("mx." + zone), 25))
                .isInstanceOfSatisfying(
                        Answer.Failed.class,
                        failed ->
                                assertThat(failed.failure()).as(failed.detail()).isEqualTo(Answer.Failure.BOGUS));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "good.test|\"event\":\"delivered\"|trusted (DANE)",
                "rolling.test|\"event\":\"delivered\"|trusted (DANE)",
                "none.test|\"event\":\"delivered\"|untrusted",
                "plain.test|\"event\":\"delivered\"|untrusted",
                "wrong.test|4.7.5|matches no TLSA record",
                "tampered.test|4.7.5|may have TLSA records",
                "late.test|4.4.3|DNS"
            })
    @Requirement({"RFC 7672 §2.2", "B5"})
    void mailGoesOnlyWhereTheZoneSaysSo(String zone, String what, String why) throws IOException, InterruptedException {
        Files.writeString(directory.resolve("anchors.zone"), nsd.anchors());
        PoliteScript polite = PoliteScript.offering().startTls(OWN);
        try (FakePeer peer = FakePeer.playing(polite);
                PostriderUnderTest server = PostriderUnderTest.in(directory)
                        .withoutRoutes()
                        .retry("schedule = [\"1m\"]\nlifetime = \"1h\"")
                        .section("""
                                [dns]
                                servers = ["%s"]
                                trust-anchors = "file:anchors.zone"

                                [delivery]
                                port = %d
                                private-networks = ["127.0.0.0/8"]
                                """.formatted(
                                        ServerProcess.text(nsd.address()),
                                        peer.address().getPort()))
                        .start();
                Dialogue client = new Dialogue(server.smtp())) {
            client.ehlo();
            client.deliver("alice@sender.test", Letters.letter("dane"), "bob@" + zone);
            String log = awaitLog(server, what);
            assertThat(log).contains(why);
            assertThat(polite.messages()).hasSize(what.contains("delivered") ? 1 : 0);
        }
    }

    private static String awaitLog(PostriderUnderTest server, String what) throws IOException, InterruptedException {
        Path file = server.data().resolve("mail.log");
        String log = "";
        for (int i = 0; i < 200 && !log.contains(what); i++) {
            log = Files.exists(file) ? Files.readString(file) : "";
            java.util.concurrent.locks.LockSupport.parkNanos(50_000_000);
        }
        assertThat(log).contains(what);
        return log;
    }
}
