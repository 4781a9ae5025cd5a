package org.postrider.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.postrider.testing.Requirement;

/** The mail log of a server that is killed right after its replies. */
@Timeout(90)
final class MailLogAfterAKillTest {
    private static final int MESSAGES = 20;
    private static final int KILLS = 3;
    private static final Pattern ID = Pattern.compile("\\b[0-9A-HJKMNP-TV-Z]{13}\\b");
    private static final Pattern FACT = Pattern.compile("\"fact\":\"([^\"]+)\"");

    @TempDir
    private Path directory;

    private Path file() {
        return directory.resolve("data").resolve("mail.log");
    }

    /** Whole lines that tell of an event; the kill may have cut the last one short. */
    private List<String> lines(String event) throws IOException {
        return Files.readAllLines(file()).stream()
                .filter(line -> line.endsWith("}") && line.contains("\"event\":\"" + event + "\""))
                .toList();
    }

    private static Set<String> idsIn(List<String> lines) {
        Set<String> ids = new LinkedHashSet<>();
        for (String line : lines) {
            Matcher id = Pattern.compile("\"id\":\"([^\"]+)\"").matcher(line);
            assertThat(id.find()).as(line).isTrue();
            ids.add(id.group(1));
        }
        return ids;
    }

    private static List<String> accept(PostriderUnderTest server, int round) throws IOException {
        List<String> ids = new ArrayList<>();
        try (Dialogue client = new Dialogue(server.smtp())) {
            client.ehlo();
            for (int i = 0; i < MESSAGES; i++) {
                String name = "kill-" + round + "-" + i;
                Matcher id = ID.matcher(client.deliver("alice@sender.test", Letters.letter(name), "bob@peer.test"));
                assertThat(id.find()).isTrue();
                ids.add(id.group());
            }
        }
        return ids;
    }

    @Test
    @Requirement({"L1", "L2"})
    void hasEachMessageThatWasTakenAndWhatBecameOfIt() throws IOException, InterruptedException {
        List<String> ids = new ArrayList<>();
        try (PostriderUnderTest server = PostriderUnderTest.in(directory).route("*", "discard")) {
            for (int kill = 0; kill < KILLS; kill++) {
                server.start();
                ids.addAll(accept(server, kill));
                server.kill();
            }
            server.start();
            List<String> last = accept(server, KILLS);
            server.drain();
            ids.addAll(last);
        }
        assertThat(idsIn(lines("accepted"))).containsAll(ids);
        // The last run's drain ends before it has worked on all; what it has not goes on at the next start.
        assertThat(idsIn(lines("removed"))).containsAll(ids.subList(0, ids.size() - MESSAGES));
        for (String line : lines("accepted")) {
            assertThat(FACT.matcher(line).find()).as(line).isTrue();
        }
        List<String> told = new ArrayList<>(lines("accepted"));
        Set<String> facts = new LinkedHashSet<>();
        told.removeIf(line -> !facts.add(fact(line)));
        assertThat(told).as("lines without repeats").hasSameSizeAs(ids);
    }

    private static String fact(String line) {
        Matcher fact = FACT.matcher(line);
        return fact.find() ? fact.group(1) : line;
    }
}
