package org.postrider.server.config;

import java.lang.reflect.RecordComponent;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Writes {@code docs/configuration.md} from the records, so that it can say nothing else than they do. */
public final class ConfigurationManual {
    private static final String HEAD = """
        # Configuration

        One TOML file, read strictly: an unknown key, a wrong type or an impossible combination is an error with its
        file, line and column. `postrider config check FILE` lists all errors at once. SIGHUP and `postrider reload` read
        it again; a bad file changes nothing.

        Durations are written `30s`, `5m`, `4h`, `5d` or `1h30m`; sizes `512 KiB`, `50 MiB`, `2 GiB` (or `kB`, `MB`, `GB`
        for powers of 1000). `"off"` lifts a limit where its type says so. Paths are relative to the file. Secrets may be
        references: `file:PATH` or `env:NAME`.

        This page is generated from the code; a test keeps it up to date.
        """;

    private ConfigurationManual() {}

    public static String markdown() {
        StringBuilder text = new StringBuilder(HEAD);
        text.append("\n## Keys before the first section\n\n");
        table(
                text,
                List.of(Configuration.class.getRecordComponents()).stream()
                        .filter(component -> Keys.section(component).isEmpty())
                        .toList());
        for (RecordComponent component : Configuration.class.getRecordComponents()) {
            section(text, component, "");
        }
        return text.toString();
    }

    private static void section(StringBuilder text, RecordComponent component, String within) {
        Optional<Class<?>> section = Keys.section(component);
        if (section.isEmpty()) {
            return;
        }
        List<RecordComponent> all = List.of(section.get().getRecordComponents());
        text.append("\n## ").append(Keys.header(component, within)).append("\n\n");
        text.append(Keys.key(component).meaning()).append("\n");
        List<RecordComponent> keys =
                all.stream().filter(inner -> Keys.section(inner).isEmpty()).toList();
        if (!keys.isEmpty()) {
            text.append('\n');
            table(text, keys);
        }
        all.forEach(inner -> section(text, inner, within + Keys.name(component) + "."));
    }

    private static void table(StringBuilder text, List<RecordComponent> components) {
        text.append("| key | value | default | meaning |\n|---|---|---|---|\n");
        for (RecordComponent component : components) {
            Key key = Keys.key(component);
            text.append("| `")
                    .append(Keys.name(component))
                    .append("` | ")
                    .append(value(component, key))
                    .append(" | ")
                    .append(fallback(component, key))
                    .append(" | ")
                    .append(key.meaning().replace("|", "\\|"))
                    .append(" |\n");
        }
    }

    private static String value(RecordComponent component, Key key) {
        Class<?> type = component.getType();
        boolean many = type == List.class;
        boolean optional = type == Optional.class;
        Class<?> element = many || optional ? Keys.element(component) : type;
        String described = Form.of(element, key, Path.of("/")).description();
        return (many ? "list: " : "") + described + (optional && key.off() ? " or \"off\"" : "");
    }

    private static String fallback(RecordComponent component, Key key) {
        if (!key.fallback().isEmpty()) {
            return "`" + key.fallback() + "`";
        }
        return component.getType() == Optional.class ? "none" : "must be given";
    }
}
