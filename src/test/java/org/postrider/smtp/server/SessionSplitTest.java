package org.postrider.smtp.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.postrider.testing.Requirement;

/** However a network cuts what a client sends, the session does the same. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class SessionSplitTest {
    private static final String DIALOGUE = "EHLO client.example\r\n"
            + "MAIL FROM:<a@x.example>\r\nRCPT TO:<b@example.net>\r\nDATA\r\n..\r\n.x\r\n\r\n.\r\n"
            + "NOOP bare\nline\r\n\u0000\r\n"
            + "MAIL FROM:<a@x.example>\r\nRCPT TO:<b@example.net>\r\nDATA\r\none\n.\r\nQUIT\r\n.\r\n"
            + "MAIL FROM:<a@x.example>\r\nRCPT TO:<b@example.net>\r\nBDAT 9\r\n.\r\n.\r\nab\rBDAT 3 LAST\r\n\nxy"
            + "BDAT 6\r\nQUIT\r\nRSET\r\nQUIT\r\n";

    private static List<String> play(int... cuts) throws InterruptedException {
        try (WireSession session = new WireSession(WireSession.SETTINGS, new FakeReceptionist())) {
            int from = 0;
            for (int to : cuts) {
                session.send(DIALOGUE.substring(from, to));
                from = to;
            }
            session.send(DIALOGUE.substring(from));
            List<String> seen = new ArrayList<>();
            String line;
            do {
                line = session.line();
                seen.add(line);
            } while (!line.equals("<closed>"));
            session.kept().forEach(message -> seen.add(message.text()));
            return seen;
        }
    }

    @Test
    @Requirement({"A6", "A7", "conf-50"})
    void doesTheSameForEveryCut() throws Exception {
        List<String> whole = play();
        assertThat(whole).endsWith("221 2.0.0 Goodbye", "<closed>", ".\r\nx\r\n\r\n", ".\r\n.\r\nab\r\nxy");
        for (int cut = 1; cut < DIALOGUE.length(); cut++) {
            assertThat(play(cut)).as("cut at %d", cut).isEqualTo(whole);
        }
        int[] each = new int[DIALOGUE.length() - 1];
        Arrays.setAll(each, i -> i + 1);
        assertThat(play(each)).isEqualTo(whole);
    }
}
