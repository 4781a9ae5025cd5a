package org.postrider.server.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postrider.server.config.ConfigurationFile.Result;

/** What is wrong with the sections that judge mail, and what to do about it. */
final class PolicySectionsTest {
    @TempDir
    private Path directory = Path.of("");

    private Result parse(String text) {
        return ConfigurationFile.parse("hostname = \"mx1.example.net\"\n" + text, directory, "test.toml");
    }

    private List<String> problems(String text) {
        return switch (parse(text)) {
            case Result.Valid(var _, var warnings) -> texts(warnings);
            case Result.Invalid(var problems) -> texts(problems);
        };
    }

    private static List<String> texts(List<Problem> problems) {
        return Stream.of(problems)
                .flatMap(List::stream)
                .map(problem -> problem.key() + ": " + problem.message()
                        + (problem.suggestion() == null ? "" : "; " + problem.suggestion()))
                .filter(text -> !text.startsWith(": there is no [[listener]]"))
                .toList();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "[[client]]\\naction = 'reject' | client: names no client; add networks = [\"192.0.2.0/24\"] or file ="
                        + " \"PATH\"",
                "[[client]]\\nnetworks = ['192.0.2.0/24'] | client: needs the key action; add action = …",
                "[[client]]\\nfile = 'gone'\\naction = 'allow' | client.file: {dir}/gone cannot be read:"
                        + " java.nio.file.NoSuchFileException: {dir}/gone; a text file in UTF-8, an entry on each line",
                "[[client]]\\nfile = 'bad-list'\\naction = 'allow' | client.file: \"192.0.2.1/24\" in {dir}/bad-list is not a"
                        + " network",
                "[[dnsbl]]\\nzone = 'zen.example'\\naction = 'spare' | dnsbl.action: would spare those whom the list warns of;"
                        + " add kind = \"allow\"",
                "[[dnsbl]]\\nzone = 'good.example'\\nkind = 'allow'\\naction = 'reject' | dnsbl.action: would refuse those whom"
                        + " the list vouches for; \"spare\", \"score\" or \"tag\"",
                "[[dnsbl]]\\nzone = 'zen.example'\\ncodes = ['192.0.2.1'] | dnsbl.codes: 192.0.2.1/32 is no answer of a DNS"
                        + " list; they lie in 127.0.0.0/8",
                "[[dnsbl]]\\nzone = 'zen.example'\\ncodes = [] | dnsbl.codes: is empty: nobody would be listed; leave it out for"
                        + " the usual ones",
                "[sender]\\nlookup-failure = 'reject' | sender.lookup-failure: what is not known now is never refused for good;"
                        + " write \"defer\"",
                "[rate]\\naction = 'score' | rate.action: does not add to a score; \"tag\", \"defer\" or \"reject\"",
                "[helo]\\naction = 'score' | policy: scores are counted, and none refuses anything; set reject-score or"
                        + " defer-score",
                "[policy]\\norder = ['dnsbls'] | policy.order: \"dnsbls\" is none of its values; did you mean \"dnsbl\"?",
                "[greylist]\\ndelays = '5m' | greylist.delays: unknown key; did you mean \"delay\"?",
                "[[domain]]\\nname = 'a.example'\\nrecipients = ['b@c.example'] | domain.recipients: \"b@c.example\" is neither"
                        + " a local part nor an address of a.example",
                "[[domain]]\\nname = 'a.example'\\nrecipient-delimiter = '++' | domain.recipient-delimiter: must be one"
                        + " character; such as \"+\"",
                "[[domain]]\\nname = 'a.example'\\nverify = 'call-forward' | domain.verify: needs a server that can be asked;"
                        + " add deliver = \"lmtp:HOST:PORT\" or \"smtp:HOST:PORT\"",
            })
    void saysWhatIsWrongAndWhatToDo(String text, String problem) throws IOException {
        Files.writeString(directory.resolve("bad-list"), "# known\n192.0.2.0/24 # a remark\n\n192.0.2.1/24\n");
        assertThat(problems(text.replace("\\n", "\n").replace('\'', '"')))
                .containsExactly(problem.replace("{dir}", directory.toString()));
    }

    @Test
    void readsAllOfIt() throws IOException {
        Files.writeString(directory.resolve("people"), "bob\neve@a.example\n");
        assertThat(problems("""
                [policy]
                enforce = false
                order = ["client", "greylist", "dnsbl"]
                defer-score = 5
                [[client]]
                networks = ["192.0.2.0/24", "2001:db8::/32"]
                action = "allow"
                [[dnsbl]]
                zone = "zen.example"
                codes = ["127.0.0.2", "127.0.0.4/30"]
                [[dnsbl]]
                zone = "list.good.example"
                kind = "allow"
                action = "score"
                weight = -5
                [[domain]]
                name = "a.example"
                recipients-file = "people"
                recipient-delimiter = "+"
                [[domain]]
                name = "b.example"
                deliver = "lmtp:127.0.0.1:24"
                verify = "call-forward"
                [greylist]
                action = "defer"
                allow-after = "off"
                [rate]
                connections-per-minute = 30
                recipients-per-hour = 1000
                [tarpit]
                delay = "2s"
                """)).isEmpty();
    }
}
