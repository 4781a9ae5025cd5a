package org.postrider.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.postrider.mail.Domain;
import org.postrider.mail.Mailbox;
import org.postrider.mail.MailboxGrammar;
import org.postrider.mailauth.srs.Srs;

/** Debian's Mail::SRS makes of chance senders what we make of them, and reads what we have made. */
@EnabledIfSystemProperty(named = "interop", matches = "true")
@Timeout(120)
final class SrsInteropTest {
    private static final int SENDERS = 500;
    private static final String SECRET = "a secret that both know";

    @TempDir
    private Path directory;

    private static Mailbox sender(int number) {
        Random random = new Random(number);
        String[] pieces = {"bob", "Alice", "=", "+", "-", "x.y", "SRS0", "_", "1", "/"};
        StringBuilder local = new StringBuilder(
                switch (number % 4) {
                    case 1 -> "SRS0=aBc/=JP=example.org=";
                    case 2 -> "SRS0+aBc+=JP=example.org=";
                    case 3 -> "SRS1=x+y/=first.example==aBcd=JP=example.org=";
                    default -> "";
                });
        for (int i = random.nextInt(4); i >= 0; i--) {
            local.append(pieces[random.nextInt(pieces.length)]);
        }
        return MailboxGrammar.mailbox(local.append('@')
                        .append(random.nextInt(100))
                        .append(".sender.example")
                        .toString())
                .orElseThrow();
    }

    private List<String> mailSrs(List<String> lines) throws IOException, InterruptedException {
        Path in = directory.resolve("in");
        Path out = directory.resolve("out");
        Files.write(in, lines, StandardCharsets.US_ASCII);
        Process process = new ProcessBuilder(
                        "/usr/bin/perl",
                        Path.of("src/test/resources/interop/mail_srs_peer.pl").toString(),
                        SECRET)
                .redirectInput(in.toFile())
                .redirectOutput(out.toFile())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isZero();
        return Files.readAllLines(out, StandardCharsets.US_ASCII);
    }

    @Test
    void mailSrsWritesWhatWeWriteAndReadsIt() throws IOException, InterruptedException {
        // Both ask for the day, which may change between the two.
        Instant now = Instant.now();
        Srs srs = new Srs(List.of(SECRET), new Domain("ours.example"), 21);
        List<String> senders = new ArrayList<>();
        List<String> ours = new ArrayList<>();
        for (int i = 0; i < SENDERS; i++) {
            int number = i;
            srs.rewritten(sender(number), now).ifPresent(made -> {
                senders.add(sender(number).text());
                ours.add(made.text());
            });
        }
        assertThat(senders).hasSizeGreaterThan(SENDERS / 2);
        List<String> theirs = mailSrs(senders);
        List<String> tomorrow = senders.stream()
                .map(sender -> srs.rewritten(MailboxGrammar.mailbox(sender).orElseThrow(), now.plus(Duration.ofDays(1)))
                        .orElseThrow()
                        .text())
                .toList();
        assertThat(theirs).isIn(ours, tomorrow);

        List<String> read = mailSrs(ours.stream().map(made -> "<" + made).toList());
        for (int i = 0; i < ours.size(); i++) {
            assertThat(srs.original(MailboxGrammar.mailbox(ours.get(i)).orElseThrow(), now))
                    .as(ours.get(i))
                    .isEqualTo(
                            new Srs.Sender(MailboxGrammar.mailbox(read.get(i)).orElseThrow()));
        }
        assertThat(mailSrs(List.of("<SRS0=aaaa=JP=example.org=bob@ours.example")))
                .containsExactly("refused");
    }
}
