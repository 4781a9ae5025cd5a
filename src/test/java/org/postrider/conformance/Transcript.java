package org.postrider.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.postrider.smtp.server.FakeReceptionist;
import org.postrider.smtp.server.SessionSettings;
import org.postrider.smtp.server.WireSession;

/**
 * A golden transcript. What its lines begin with:
 *
 * <ul>
 *   <li>{@code C: } the client sends a line, with CRLF;
 *   <li>{@code C| } it sends octets as they stand, with {@code \r \n \0 \xHH \\} for what cannot be written;
 *   <li>{@code C& } as {@code C: }, in one packet with the next such line or {@code C: };
 *   <li>{@code S: } the server answers, an asterisk at the end stands for anything; {@code S: <closed>} is the end;
 *   <li>{@code M: } a message has been accepted with this content, written as for {@code C| };
 *   <li>{@code # } a remark.
 * </ul>
 *
 * Messages that were accepted and not asked for fail the test.
 */
final class Transcript {
    private final String name;
    private final List<String> lines;

    private Transcript(String name, List<String> lines) {
        this.name = name;
        this.lines = lines;
    }

    static Transcript named(String name) throws IOException {
        String path = "/conformance/" + name + ".smtp";
        try (InputStream stream = Transcript.class.getResourceAsStream(path)) {
            if (stream == null) {
                throw new AssertionError("no transcript " + path);
            }
            return new Transcript(
                    name,
                    new String(stream.readAllBytes(), StandardCharsets.UTF_8)
                            .lines()
                            .toList());
        }
    }

    void play() throws InterruptedException {
        play(WireSession.SETTINGS, new FakeReceptionist());
    }

    void play(SessionSettings settings, FakeReceptionist receptionist) throws InterruptedException {
        try (WireSession session = new WireSession(settings, receptionist)) {
            StringBuilder packet = new StringBuilder();
            List<String> wanted = new ArrayList<>();
            for (int i = 0; i < lines.size(); i++) {
                String line = lines.get(i);
                if (line.isBlank() || line.startsWith("#")) {
                    continue;
                }
                String text = line.substring(Math.min(3, line.length()));
                switch (line.substring(0, 2)) {
                    case "C&" -> packet.append(octets(text)).append("\r\n");
                    case "C:" -> {
                        session.send(packet + octets(text) + "\r\n");
                        packet.setLength(0);
                    }
                    case "C|" -> session.send(unescaped(text));
                    case "S:" -> check(session, i + 1, text);
                    case "M:" -> wanted.add(unescaped(text));
                    default -> throw new AssertionError(name + ", line " + (i + 1) + ": " + line);
                }
            }
            session.hangUp().closed();
            assertThat(session.kept())
                    .as("messages of %s", name)
                    .extracting(FakeReceptionist.Kept::text)
                    .containsExactlyElementsOf(wanted);
        }
    }

    private void check(WireSession session, int number, String wanted) throws InterruptedException {
        String got = session.line();
        String where = name + ", line " + number;
        if (wanted.endsWith("*")) {
            assertThat(got).as(where).startsWith(wanted.substring(0, wanted.length() - 1));
        } else {
            assertThat(got).as(where).isEqualTo(wanted);
        }
    }

    /** UTF-8, octet by octet. */
    private static String octets(String text) {
        return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }

    private static String unescaped(String text) {
        StringBuilder result = new StringBuilder();
        int i = 0;
        while (i < text.length()) {
            char c = text.charAt(i++);
            if (c != '\\') {
                result.append(octets(String.valueOf(c)));
                continue;
            }
            char escaped = text.charAt(i++);
            switch (escaped) {
                case 'r' -> result.append('\r');
                case 'n' -> result.append('\n');
                case '0' -> result.append('\0');
                case 'x' -> {
                    result.append((char) Integer.parseInt(text, i, i + 2, 16));
                    i += 2;
                }
                default -> result.append(escaped);
            }
        }
        return result.toString();
    }
}
