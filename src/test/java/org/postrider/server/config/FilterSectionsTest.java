package org.postrider.server.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postrider.server.config.ConfigurationFile.Result;

/** {@code [[milter]]} and {@code [clamav]}. */
final class FilterSectionsTest {
    private static final String HEAD = "hostname = \"mx.example.net\"\n[[listener]]\naddress = \"127.0.0.1:2525\"\n";
    private static final String RSPAMD = "[[milter]]\nname = \"rspamd\"\naddress = \"inet:127.0.0.1:11332\"\n";

    @TempDir
    private Path directory;

    private List<String> errors(String text) {
        return ConfigurationFile.parse(HEAD + text, directory, "test.toml") instanceof Result.Invalid(var problems)
                ? problems.stream().map(Problem::text).toList()
                : List.of();
    }

    @Test
    void takesTheLeastThatIsNeeded() {
        assertThat(errors(RSPAMD + "[clamav]\naddress = \"unix:/run/clamav/clamd.ctl\"\n"))
                .isEmpty();
        assertThat(errors("[clamav]\non-virus = \"tag\"\n")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "name = \"rspamd\" | address = \"rspamd:11332\"      | milter.address: \"rspamd:11332\" is",
                "name = \"rspamd\" | address = \"inet:host:11332\"   | milter.address: \"inet:host:11332\" is",
                "name = \"rspamd\" | address = \"inet:127.0.0.1:0\"  | milter.address: \"inet:127.0.0.1:0\" is",
                "name = \"rspamd\" | address = \"unix:run/socket\"   | milter.address: \"unix:run/socket\" is",
                "name = \"rspamd\" |                                 | milter: needs the key address",
                "                  | address = \"inet:127.0.0.1:9\"  | milter: needs the key name",
                "name = \"clamav\" | address = \"inet:127.0.0.1:9\"  | milter.name: ",
                "name = \"Rspamd\" | address = \"inet:127.0.0.1:9\"  | milter.name: ",
                "name = \"\"       | address = \"inet:127.0.0.1:9\"  | milter.name: "
            })
    void refusesAMilterThatCouldNotBeAsked(String name, String address, String expected) {
        String lines = (name == null ? "" : name) + "\n" + (address == null ? "" : address) + "\n";
        assertThat(errors("[[milter]]\n" + lines)).singleElement().asString().contains(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "default-action = \"discard\"  | milter.default-action: ",
                "connect-timeout = \"0s\"      | milter.connect-timeout: ",
                "roles = [\"mx\", \"relais\"]  | milter.roles",
                "action = \"accept\"           | milter.action"
            })
    void refusesWhatAMilterDoesNotHave(String line, String expected) {
        assertThat(errors(RSPAMD + line + "\n")).singleElement().asString().contains(expected);
    }

    @Test
    void refusesTwoMiltersOfOneName() {
        assertThat(errors(RSPAMD + RSPAMD)).singleElement().asString().contains("milter.name: ", "rspamd");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "address = \"/run/clamd\"       | clamav.address: \"/run/clamd\" is",
                "on-virus = \"delete\"          | clamav.on-virus: ",
                "default-action = \"discard\"   | clamav.default-action: ",
                "stream-max = \"much\"          | clamav.stream-max: ",
                "content-timeout = \"0s\"       | clamav.content-timeout: ",
                "command-timeout = \"1s\"       | clamav.command-timeout"
            })
    void refusesWhatClamdDoesNotHave(String line, String expected) {
        assertThat(errors("[clamav]\n" + line + "\n"))
                .singleElement()
                .asString()
                .contains(expected);
    }
}
