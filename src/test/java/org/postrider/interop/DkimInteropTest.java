package org.postrider.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.interfaces.EdECPrivateKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.postrider.mailauth.AuthResult;
import org.postrider.mailauth.arc.ArcSealer;
import org.postrider.mailauth.arc.ArcValidation;
import org.postrider.mailauth.dkim.CryptoProviders;
import org.postrider.mailauth.dkim.DkimRecord;
import org.postrider.mailauth.dkim.DkimResult;
import org.postrider.mailauth.dkim.DkimSettings;
import org.postrider.mailauth.dkim.MessagePass;
import org.postrider.mailauth.dkim.SampleMail;
import org.postrider.testing.FakeResolver;

/** Debian's dkimpy verifies what we sign, and we what it signs: chance messages in all canonical forms. */
@EnabledIfSystemProperty(named = "interop", matches = "true")
@Timeout(300)
final class DkimInteropTest {
    private static final FakeResolver DNS = new FakeResolver();

    @TempDir
    private Path directory;

    private final Instant now = Instant.now();

    @SuppressWarnings("NullAway.Init") // set before each test
    DkimInteropTest() {}

    @BeforeEach
    void publishKeys() throws IOException {
        for (DkimRecord record : ChanceMail.records()) {
            DNS.forget(record.name().ascii()).txt(record.name().ascii(), record.text());
        }
        Files.writeString(directory.resolve("keys"), ChanceMail.keyFile());
        Files.writeString(directory.resolve("rsa.pem"), ChanceMail.RSA.pem());
        byte[] seed =
                ((EdECPrivateKey) ChanceMail.ED25519.privateKey()).getBytes().orElseThrow();
        Files.write(directory.resolve("ed25519.seed"), Base64.getEncoder().encode(seed));
    }

    private Path file(int number, String ending) {
        return directory.resolve(number + ending);
    }

    private List<SampleMail> writeSigned() throws IOException {
        List<SampleMail> all = new ArrayList<>();
        for (int i = 0; i < ChanceMail.MESSAGES; i++) {
            SampleMail letter = ChanceMail.letter(i);
            SampleMail sent = ChanceMail.sent(i, letter.below(letter.sign(ChanceMail.signer(i), now)));
            Files.write(file(i, ".eml"), sent.octets());
            all.add(sent);
        }
        return all;
    }

    private void writeLetters() throws IOException {
        for (int i = 0; i < ChanceMail.MESSAGES; i++) {
            Files.write(file(i, ".eml"), ChanceMail.letter(i).octets());
        }
    }

    private String run(Path program, List<String> arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(program.toString()));
        command.addAll(arguments);
        Path output = directory.resolve("output");
        Process process = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            assertThat(process.waitFor(240, TimeUnit.SECONDS))
                    .as("%s ends", program)
                    .isTrue();
        } finally {
            process.destroyForcibly();
        }
        return Files.readString(output, StandardCharsets.ISO_8859_1);
    }

    private String dkimpy(String task) throws IOException, InterruptedException {
        Path script = Path.of("src/test/resources/interop/dkimpy_peer.py").toAbsolutePath();
        return run(Path.of("/usr/bin/python3"), List.of(script.toString(), task, directory.toString()));
    }

    private static boolean passes(SampleMail mail, int signatures, Instant now) {
        List<DkimResult> results = mail.verify(DNS, DkimSettings.DEFAULT, now).results();
        assertThat(results).hasSize(signatures);
        return results.stream().allMatch(result -> result.result() == AuthResult.PASS);
    }

    @Test
    void dkimpyVerifiesWhatWeSign() throws IOException, InterruptedException {
        List<SampleMail> all = writeSigned();
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < ChanceMail.MESSAGES; i++) {
            assertThat(passes(all.get(i), 2, now)).isEqualTo(ChanceMail.isSound(i));
            expected.add(i + (ChanceMail.isSound(i) ? " pass pass" : " fail fail"));
        }
        assertThat(dkimpy("verify")
                        .replaceAll("fail:body_hash_mismatch\\S*", "fail")
                        .lines())
                .map(line -> line.replaceAll("fail\\S*", "fail"))
                .containsExactlyElementsOf(expected);
    }

    @Test
    void weVerifyWhatDkimpySigns() throws IOException, InterruptedException {
        writeLetters();
        assertThat(dkimpy("sign")).isEmpty();
        for (int i = 0; i < ChanceMail.MESSAGES; i++) {
            SampleMail signed = new SampleMail(Files.readAllBytes(file(i, ".signed")));
            assertThat(passes(ChanceMail.sent(i, signed), 2, now.plusSeconds(60)))
                    .as("message %d\n%s", i, signed.text())
                    .isEqualTo(ChanceMail.isSound(i));
        }
    }

    @Test
    void dkimpyValidatesTheChainsThatWeSeal() throws IOException, InterruptedException {
        ArcSealer sealer = new ArcSealer(
                CryptoProviders.best(), ChanceMail.identity("r", ChanceMail.RSA), ArcSealer.defaultForm());
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            SampleMail mail = ChanceMail.letter(i);
            for (int sets = 0; sets <= i % 3; sets++) {
                mail = sealed(sealer, mail);
            }
            Files.write(file(i, ".eml"), ChanceMail.sent(i, mail).octets());
            expected.add(i + (ChanceMail.isSound(i) ? " pass" : " fail"));
        }
        assertThat(dkimpy("arc").lines()).containsExactlyElementsOf(expected);
    }

    private SampleMail sealed(ArcSealer sealer, SampleMail mail) {
        MessagePass pass = mail.pass(DNS, DkimSettings.DEFAULT, now);
        ArcValidation validation = new ArcValidation(pass);
        mail.play(pass::write);
        pass.finish();
        ArcSealer.Sealing sealing = sealer.begin(mail.header(), validation.result(), "mx.example; spf=none", now)
                .orElseThrow();
        mail.play(sealing::write);
        return mail.below(sealing.finish().toCompletableFuture().join());
    }
}
