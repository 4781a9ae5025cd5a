package org.postrider.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.postrider.endtoend.Dialogue;
import org.postrider.endtoend.PostriderUnderTest;
import org.postrider.endtoend.Wire;
import org.postrider.testing.FakePeer;
import org.postrider.testing.PoliteScript;
import org.postrider.testing.Requirement;

/** Python's email package writes messages and reads what came of them behind a hop that takes 7-bit lines alone. */
@EnabledIfSystemProperty(named = "interop", matches = "true")
@Timeout(150)
final class SevenBitHopTest {
    private static final int PYTHON_SECONDS = 60;

    private static final String WRITE = """
        import sys
        from email import policy
        from email.message import EmailMessage
        eight = policy.SMTP.clone(cte_type="8bit")
        def text(body, subtype="plain"):
            part = EmailMessage(eight)
            part.set_content(body, subtype=subtype, cte="8bit")
            return part
        inner = text("Inneres: \\u00e4\\u00f6\\u00fc \\n")
        inner["Subject"] = "inner"
        whole = EmailMessage(eight)
        whole["From"] = "alice@sender.test"
        whole["To"] = "bob@seven.test"
        whole["Subject"] = "eight bits"
        whole.set_content("Gr\\u00fc\\u00dfe = \\u20ac\\n.\\nFrom here\\n" + "\\u00e4 " * 300 + "\\n", cte="8bit")
        whole.add_alternative("<p>\\u20ac\\t</p>\\n", subtype="html", cte="8bit")
        whole.make_mixed()
        whole.attach(inner_part := EmailMessage(eight))
        inner_part.set_content(inner)
        whole.add_attachment(bytes(range(256)) * 40, maintype="application", subtype="octet-stream", filename="b")
        whole.attach(text("seven only\\n"))
        open(sys.argv[1], "wb").write(whole.as_bytes())
        """;

    private static final String COMPARE = """
        import sys
        from email import message_from_bytes, policy
        def leaves(name):
            message = message_from_bytes(open(name, "rb").read(), policy=policy.SMTP)
            assert not message.defects, message.defects
            found = []
            for part in message.walk():
                assert not part.defects, part.defects
                fields = sorted((k.lower(), str(v)) for k, v in part.items()
                    if k.lower() not in ("content-transfer-encoding", "received", "message-id", "date"))
                payload = None if part.is_multipart() else part.get_payload(decode=True).replace(b"\\r\\n", b"\\n")
                found.append((part.get_content_type(), fields, payload))
            return found
        before, after = leaves(sys.argv[1]), leaves(sys.argv[2])
        assert len(before) >= 8, len(before)
        assert all(byte < 128 for byte in open(sys.argv[2], "rb").read())
        assert before == after, [pair for pair in zip(before, after) if pair[0] != pair[1]]
        """;

    @TempDir
    private Path directory;

    @Test
    @Requirement({"conf-94", "RFC 6152 §3"})
    void whatIsConvertedReadsTheSame() throws IOException, InterruptedException {
        Path sent = directory.resolve("sent.eml");
        Path arrived = directory.resolve("arrived.eml");
        python(WRITE, sent);
        assertThat(new String(Files.readAllBytes(sent), StandardCharsets.ISO_8859_1).chars())
                .anyMatch(c -> c > 0x7f);
        PoliteScript polite = PoliteScript.offering("PIPELINING", "SIZE");
        try (FakePeer peer = FakePeer.playing(polite);
                PostriderUnderTest server = PostriderUnderTest.in(directory)
                        .route("*", peer.address())
                        .start();
                Dialogue client = new Dialogue(server.smtp())) {
            client.ehlo().say("MAIL FROM:<alice@sender.test> BODY=8BITMIME", "250");
            client.say("RCPT TO:<bob@seven.test>", "250");
            client.say("DATA", "354");
            client.send(Wire.dotted(Files.readAllBytes(sent)));
            assertThat(client.reply()).startsWith("250");
            PoliteScript.Message message = polite.awaitMessage();
            assertThat(message.mail())
                    .contains(" SIZE=" + message.content().length())
                    .doesNotContain("BODY=");
            Files.writeString(arrived, message.content(), StandardCharsets.ISO_8859_1);
            server.drain();
        }
        python(COMPARE, sent, arrived);
    }

    private void python(String script, Path... files) throws IOException, InterruptedException {
        Path log = directory.resolve("python.log");
        ProcessBuilder builder = new ProcessBuilder("python3", "-c", script);
        for (Path file : files) {
            builder.command().add(file.toString());
        }
        Process process =
                builder.redirectErrorStream(true).redirectOutput(log.toFile()).start();
        boolean ended = process.waitFor(PYTHON_SECONDS, TimeUnit.SECONDS);
        process.destroyForcibly();
        assertThat(ended && process.exitValue() == 0)
                .as(Files.readString(log, StandardCharsets.UTF_8))
                .isTrue();
    }
}
