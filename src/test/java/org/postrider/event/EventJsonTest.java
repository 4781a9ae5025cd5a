package org.postrider.event;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postrider.mail.Finding;
import org.postrider.mail.Intervention;
import org.postrider.mail.Reply;
import org.postrider.testing.Requirement;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class EventJsonTest {
    private static final JsonMapper JSON = new JsonMapper();

    static List<Event> all() {
        return Sample.all();
    }

    private static String line(Event event) {
        return line(event, null);
    }

    private static String line(Event event, @Nullable String fact) {
        JsonLine line = new JsonLine();
        EventJson.write(line, event, fact);
        return StandardCharsets.UTF_8.decode(line.content()).toString();
    }

    @ParameterizedTest
    @MethodSource("all")
    void writesEachEventAsOneObjectOnOneLine(Event event) {
        String line = line(event);
        assertThat(line).endsWith("}\n").hasLineCount(1);
        JsonNode node = JSON.readTree(line);
        assertThat(node.get("time").asString()).isEqualTo("2026-11-23T21:00:00.007Z");
        assertThat(node.get("id").asString()).isEqualTo(Sample.ID.text());
        String name = event instanceof Event.Intervened(var _, var _, var _, Intervention intervention, var _)
                ? intervention.kind().name()
                : event.getClass().getSimpleName();
        assertThat(node.get("event").asString()).isEqualToIgnoringCase(name);
    }

    @Test
    void tellsWhatHappensToAccounts() {
        assertThat(Sample.ofAccounts().stream().map(EventJsonTest::line)).containsExactly("""
                {"time":"2026-11-23T21:00:00.007Z","event":"login","client":"192.0.2.1","user":"alice","mechanism":"PLAIN"}
                """, """
                {"time":"2026-11-23T21:00:00.007Z","event":"login-refused","client":"192.0.2.1","user":"al\\"ice",\
                "reason":"bad-credentials"}
                """, """
                {"time":"2026-11-23T21:00:00.007Z","event":"login-blocked","client":"192.0.2.1","user":"alice"}
                """, """
                {"time":"2026-11-23T21:00:00.007Z","event":"logins-refused","since":"2026-11-23T20:59:00.007Z","count":50,\
                "addresses":40,"users":7,"blocked":3,"bad-credentials":30,"unavailable":20}
                """, """
                {"time":"2026-11-23T21:00:00.007Z","event":"quota-reached","subject":"user alice","quota":"messages an hour",\
                "until":"2026-11-23T21:10:00.007Z"}
                """, """
                {"time":"2026-11-23T21:00:00.007Z","event":"user-changed","user":"alice","change":"added"}
                """);
    }

    @Test
    void tellsRefusalsWithWhatWasFound() {
        Event rejected = new Event.Rejected(
                Instant.parse("2026-11-23T21:00:00.007Z"),
                "192.0.2.1",
                "mail.example.org",
                "",
                null,
                Reply.of(554, "5.7.1", "No \"thanks\""),
                List.of(
                        new Finding("dnsbl", Finding.Verdict.SCORE, 3, "zen.example\r\nlists"),
                        new Finding("helo", Finding.Verdict.PASS, 0, "")));
        assertThat(line(rejected)).isEqualTo("""
            {"time":"2026-11-23T21:00:00.007Z","event":"rejected","client":"192.0.2.1","helo":"mail.example.org",\
            "from":"","status":"5.7.1","reply":"554 5.7.1 No \\"thanks\\"","findings":[{"check":"dnsbl",\
            "verdict":"score","weight":3,"detail":"zen.example??lists"},{"check":"helo","verdict":"pass","detail":""}]}
            """);
    }

    @Test
    void namesItsFieldsAsOthersRelyOn() {
        assertThat(line(Sample.accepted(Sample.ID, "bob@example.com"))).isEqualTo("""
            {"time":"2026-11-23T21:00:00.007Z","event":"accepted","id":"%s","from":"alice@example.org",\
            "to":["bob@example.com"],"origin":"smtp 192.0.2.1 x","octets":10240,"message-id":"<1@x>"}
            """.formatted(Sample.ID.text()));
        assertThat(line(Sample.all().get(3))).isEqualTo("""
            {"time":"2026-11-23T21:00:00.007Z","event":"deferred","id":"%s","from":"alice@example.org",\
            "to":"bob@example.com","status":"5.1.1","remote":"mx.example.com [192.0.2.9]:25",\
            "reply":"550 5.1.1 No \\"such\\" user","summary":"Refused.",\
            "attempts":3,"next":"2026-11-23T21:01:00.007Z"}
            """.formatted(Sample.ID.text()));
    }

    @Test
    void tellsWhoIntervenedAndWhichFactALineTells() {
        assertThat(line(Sample.all().getLast(), "17.4096.0")).isEqualTo("""
            {"time":"2026-11-23T21:00:00.007Z","event":"rerouted","id":"%s","from":"alice@example.org",\
            "to":"bob@example.com","route":"smtp:192.0.2.7:25","by":"ann","why":"enough","fact":"17.4096.0"}
            """.formatted(Sample.ID.text()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "foo\u001b[2J\"; {\"level\":\"x\"",
                "a\r\nb\tc\0d",
                "\u007f\u0080\u009f\u2028\u2029",
                "back\\slash",
                "Grüße \ud83d\udc0e",
                ";sleep 66;",
                "${jndi:ldap://x}"
            })
    @Requirement({"D1", "D2", "D3", "D6"})
    void escapesWhatCouldBreakTheLineAndLosesNothing(String text) {
        String line = line(new Event.Removed(Sample.AT, Sample.ID, text, text, text, text));
        assertThat(line.substring(0, line.length() - 1).chars())
                .noneMatch(c -> c < ' ' || (c >= 0x7f && c < 0xa0) || c == 0x2028 || c == 0x2029);
        assertThat(JSON.readTree(line).get("why").asString()).isEqualTo(text);
        assertThat(JSON.readTree(line).get("from").asString()).isEqualTo(text);
    }

    @Test
    @Requirement("D3")
    void escapesHalvesOfSurrogatePairs() {
        String line = line(new Event.Removed(Sample.AT, Sample.ID, "", "", "", "a\ud83db\udc0e"));
        assertThat(line).contains("\"why\":\"a\\ud83db\\udc0e\"");
    }

    @Test
    void growsWithTheLine() {
        String why = "x".repeat(100_000);
        String line = line(new Event.Removed(Sample.AT, Sample.ID, "", "", "", why));
        assertThat(JSON.readTree(line).get("why").asString()).isEqualTo(why);
    }
}
