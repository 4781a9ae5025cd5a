package org.postrider.server.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** With {@code -Dpostrider.write-docs=true} it writes the page instead of comparing it. */
class ConfigurationManualTest {
    private static final Path PAGE = Path.of("docs/configuration.md");

    @Test
    void pageIsWhatTheRecordsSay() throws IOException {
        String manual = ConfigurationManual.markdown();
        if (Boolean.getBoolean("postrider.write-docs")) {
            Files.writeString(PAGE, manual);
        }
        assertThat(Files.readString(PAGE))
                .as("docs/configuration.md is out of date: run this test with -Dpostrider.write-docs=true")
                .isEqualTo(manual);
    }

    @Test
    void namesEveryKeyWithItsDefault() {
        assertThat(ConfigurationManual.markdown())
                .contains("| `message-size` | a size such as \"50 MiB\" or \"off\" | `\"50 MiB\"` |")
                .contains("## [[listener]]")
                .contains("| `hostname` | a domain | must be given |");
    }
}
