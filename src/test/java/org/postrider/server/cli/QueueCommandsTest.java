package org.postrider.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.postrider.server.cli.CommandLineUser.Result;
import tools.jackson.databind.JsonNode;

@Timeout(30)
final class QueueCommandsTest {
    @TempDir
    private Path directory;

    private static JsonNode json(Result result) {
        return Output.JSON.readTree(result.out());
    }

    private static String held(CommandLineUser user, String to) {
        Result sent = user.send(to, "--json");
        assertThat(sent.code()).as(sent.err()).isEqualTo(ExitCodes.DEFERRED);
        assertThat(json(sent).path("outcome").asString()).isEqualTo("held");
        return json(sent).path("id").asString();
    }

    @Test
    void showsWhereMailIsAndWhatItWaitsFor() throws IOException {
        try (CommandLineUser user = CommandLineUser.withRoute(directory, "hold")) {
            String id = held(user, "ada@one.example");
            assertThat(user.ask("queue", "list").out())
                    .contains(id)
                    .contains("ada@one.example")
                    .contains("held");
            assertThat(json(user.ask("queue", "list", "--json"))
                            .get(0)
                            .path("to")
                            .asString())
                    .isEqualTo("ada@one.example");
            assertThat(user.ask("queue", "summary").out())
                    .contains("1 messages")
                    .contains("1 held");
            assertThat(json(user.ask("queue", "summary", "--json")).path("held").asInt())
                    .isEqualTo(1);
            assertThat(user.ask("queue", "show", id).out()).contains("<ada@one.example>");
            assertThat(json(user.ask("queue", "show", id, "--json")).path("id").asString())
                    .isEqualTo(id);
            Result explained = user.ask("explain", "ADA@one.example");
            assertThat(explained.code()).isZero();
            assertThat(explained.out()).contains(id).contains("held").contains("waits");
            assertThat(user.ask("explain", id).out()).isEqualTo(explained.out());
        }
    }

    @Test
    void listsInPagesThatLeaveNobodyOut() throws IOException {
        try (CommandLineUser user = CommandLineUser.withRoute(directory, "hold")) {
            String first = held(user, "a@one.example");
            String second = held(user, "b@one.example");
            Result page = user.ask("queue", "list", "--limit=1");
            assertThat(page.out()).contains(first).doesNotContain(second);
            assertThat(page.err()).contains("--after " + first);
            Result rest = user.ask("queue", "list", "--limit=1", "--after=" + first);
            assertThat(rest.out()).contains(second).doesNotContain(first);
            assertThat(rest.err()).doesNotContain("--after");
        }
    }

    @Test
    void aMessageOfManyRecipientsIsNotCutByThePage() throws IOException {
        try (CommandLineUser user = CommandLineUser.withRoute(directory, "hold")) {
            user.send("a@one.example", "--to=b@one.example", "--to=c@one.example");
            assertThat(json(user.ask("queue", "list", "--limit=1", "--json"))).hasSize(3);
        }
    }

    @Test
    void actsOnAnIdAnAddressAHostOrAll() throws IOException {
        try (CommandLineUser user = CommandLineUser.withRoute(directory, "hold")) {
            String id = held(user, "a@one.example");
            held(user, "b@two.example");
            held(user, "c@two.example");
            held(user, "d@three.example");
            // A person's hold takes over that of the route, and is not needed twice.
            assertThat(user.ask("queue", "hold", id).out()).contains("hold: 1 recipients");
            assertThat(user.ask("queue", "hold", id).out()).contains("hold: 0 recipients");
            assertThat(user.ask("queue", "release", id).out()).contains("release: 1 recipients");
            assertThat(user.ask("queue", "remove", "b@two.example", "--why=test")
                            .out())
                    .contains("remove: 1 recipients");
            assertThat(json(user.ask("queue", "remove", "--host=two.example", "--why=test", "--json"))
                            .path("recipients")
                            .asInt())
                    .isEqualTo(1);
            assertThat(user.ask("queue", "remove", "--all", "--why=test").out()).contains("remove: 2 recipients");
            Result none = user.ask("queue", "release", "--all");
            assertThat(none.code()).isEqualTo(ExitCodes.NOT_FOUND);
        }
    }

    @Test
    void removeNeedsAReasonAndATarget() throws IOException {
        try (CommandLineUser user = CommandLineUser.withRoute(directory, "hold")) {
            String id = held(user, "a@one.example");
            Result unreasoned = user.ask("queue", "remove", id);
            assertThat(unreasoned.code()).isEqualTo(ExitCodes.USAGE);
            assertThat(unreasoned.err()).contains("--why");
            assertThat(user.ask("queue", "remove", "--why=test").code()).isEqualTo(ExitCodes.USAGE);
            assertThat(user.ask("queue", "remove", id, "--all", "--why=test").code())
                    .isEqualTo(ExitCodes.USAGE);
            assertThat(json(user.ask("queue", "list", "--json"))).hasSize(1);
        }
    }

    @Test
    void reroutedMailTakesTheOtherWay() throws IOException {
        try (CommandLineUser user = CommandLineUser.withRoute(directory, "hold")) {
            String id = held(user, "a@one.example");
            assertThat(user.ask("queue", "reroute", id, "--to=nowhere").code()).isEqualTo(ExitCodes.USAGE);
            assertThat(user.ask("queue", "reroute", id, "--to=discard").out()).contains("reroute: 1 recipients");
        }
    }

    @Test
    void tellsWhoReleasedItAndWhyAlsoAfterARestart() throws IOException {
        try (CommandLineUser user = CommandLineUser.withRoute(directory, "hold")) {
            String id = held(user, "a@one.example");
            assertThat(user.ask("queue", "release", id, "--why=all clear").out())
                    .contains("release: 1 recipients");
            user.stop();
            assertThat(directory.resolve("data").resolve("mail.log"))
                    .content()
                    .contains("\"event\":\"released\"")
                    .contains("\"why\":\"all clear\"");
            user.start();
            assertThat(user.ask("queue", "show", id).out())
                    .contains("released: by ")
                    .contains(": all clear");
            assertThat(user.ask("explain", id).out()).contains(": all clear");
        }
    }

    @Test
    void saysClearlyThatNothingIsKnown() throws IOException {
        try (CommandLineUser user = CommandLineUser.withRoute(directory, "hold")) {
            Result unknown = user.ask("explain", "nobody@one.example");
            assertThat(unknown.code()).isEqualTo(ExitCodes.NOT_FOUND);
            assertThat(unknown.err()).contains("nobody@one.example").contains("The mail log knows what is older");
            assertThat(json(user.ask("explain", "nobody@one.example", "--json")))
                    .isEmpty();
            assertThat(user.ask("explain", "no-address").code()).isEqualTo(ExitCodes.USAGE);
            assertThat(user.ask("queue", "show", "0123456789ABC").code()).isNotZero();
        }
    }
}
