package org.postrider.server.config;

import java.lang.reflect.Constructor;
import java.lang.reflect.RecordComponent;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.tomlj.Toml;
import org.tomlj.TomlArray;
import org.tomlj.TomlPosition;
import org.tomlj.TomlTable;

/**
 * Makes the records of {@link Configuration} from a TOML table: each component is a key, and a key that is no component is
 * an error. Collects all problems instead of stopping at the first.
 *
 * <p>Thread: confined; one serves one file.
 */
final class Binder {
    private final String file;
    private final Path directory;
    private final List<Problem> problems = new ArrayList<>();
    private final List<Problem> warnings = new ArrayList<>();
    private final Map<String, TomlPosition> positions = new LinkedHashMap<>();

    Binder(String file, Path directory) {
        this.file = file;
        this.directory = directory;
    }

    /** What was wrong so far, in the order of the file. */
    List<Problem> problems() {
        return problems;
    }

    /** What was good and is worth a warning. */
    List<Problem> warnings() {
        return warnings;
    }

    /** Where a key such as {@code listener[0].tls} stands; the nearest section around it where the file has it not. */
    TomlPosition position(String key) {
        TomlPosition position = positions.get(key);
        int end = Math.max(key.lastIndexOf('.'), key.endsWith("]") ? key.lastIndexOf('[') : -1);
        if (position != null) {
            return position;
        }
        return end < 0 ? TomlPosition.positionAt(1, 1) : position(key.substring(0, end));
    }

    /** A problem at the place of a key; {@code [0]} and the like are not part of what is shown. */
    Problem problem(String key, String message, @Nullable String suggestion) {
        TomlPosition position = position(key);
        String shown = key.replaceAll("\\[\\d+]", "");
        return new Problem(file, position.line(), position.column(), shown, message, suggestion);
    }

    /** Whether the file has the key. */
    boolean isWritten(String key) {
        return positions.containsKey(key);
    }

    /** Whether something is wrong with a key, or within it. */
    boolean isBad(String key) {
        return problems.stream().anyMatch(problem -> problem.key().equals(key));
    }

    /** The record, or {@code null} where a key without default is missing or wrong. */
    <T> @Nullable T bind(Class<T> type, TomlTable table, String path) {
        List<RecordComponent> components = List.of(type.getRecordComponents());
        refuseUnknown(components, table, path);
        List<@Nullable Object> arguments = new ArrayList<>();
        for (RecordComponent component : components) {
            arguments.add(component(component, table, path));
        }
        return arguments.contains(null) ? null : construct(type, components, arguments);
    }

    private static <T> T construct(Class<T> type, List<RecordComponent> components, List<@Nullable Object> arguments) {
        try {
            Constructor<T> constructor = type.getDeclaredConstructor(
                    components.stream().map(RecordComponent::getType).toArray(Class<?>[]::new));
            return constructor.newInstance(arguments.toArray());
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("record " + type, e);
        }
    }

    private void refuseUnknown(List<RecordComponent> components, TomlTable table, String path) {
        List<String> known = components.stream().map(Keys::name).toList();
        for (String name : table.keySet()) {
            String key = join(path, name);
            positions.put(key, Objects.requireNonNull(table.inputPositionOf(List.of(name))));
            if (!known.contains(name)) {
                problems.add(problem(key, "unknown key", suggestion(name, known)));
            }
        }
    }

    private static String suggestion(String name, List<String> known) {
        return Suggestion.nearest(name, known)
                .map(Suggestion::didYouMean)
                .or(() -> Keys.sectionsOf(name).map(sections -> "it belongs into " + sections))
                .orElse("known here: " + String.join(", ", known));
    }

    private static String join(String path, String name) {
        return path.isEmpty() ? name : path + "." + name;
    }

    private @Nullable Object component(RecordComponent component, TomlTable table, String path) {
        Key key = Keys.key(component);
        String name = Keys.name(component);
        String place = join(path, name);
        Object written = table.get(List.of(name));
        Class<?> type = component.getType();
        if (Keys.isSection(type)) {
            return section(type, written, place);
        }
        if (type == List.class && Keys.isSection(Keys.element(component))) {
            return sections(Keys.element(component), written, place);
        }
        if (type == Optional.class && Keys.isSection(Keys.element(component))) {
            Object section = written == null ? null : section(Keys.element(component), written, place);
            return written == null || section != null ? Optional.ofNullable(section) : null;
        }
        Object value = written == null ? fallback(key) : written;
        if (value == null && type != Optional.class) {
            problems.add(problem(path, "needs the key " + name, "add " + name + " = …"));
            return null;
        }
        Object read = value(component, key, value, place);
        // A bad value is known as a problem by now. Its default stands in, so that the rest can still be checked.
        Object fallback = fallback(key);
        return read == null && fallback != null ? value(component, key, fallback, place) : read;
    }

    private @Nullable Object value(RecordComponent component, Key key, @Nullable Object value, String place) {
        Class<?> type = component.getType();
        if (type == Optional.class) {
            return optional(component, key, value, place);
        }
        Object written = Objects.requireNonNull(value);
        return type == List.class
                ? list(Form.of(Keys.element(component), key, directory), written, place)
                : single(Form.of(type, key, directory), written, place);
    }

    /** Defaults are written as in the file, so that one reader and one manual serve both. */
    private static @Nullable Object fallback(Key key) {
        return key.fallback().isEmpty()
                ? null
                : Toml.parse("value = " + key.fallback()).get("value");
    }

    private @Nullable Object optional(RecordComponent component, Key key, @Nullable Object value, String place) {
        if (value == null || (key.off() && value.equals("off"))) {
            return Optional.empty();
        }
        Object single = single(Form.of(Keys.element(component), key, directory), value, place);
        return single == null ? null : Optional.of(single);
    }

    private @Nullable Object single(Form form, Object written, String place) {
        return switch (form.reader().read(written)) {
            case Reading.Good good -> good.value();
            case Reading.Remarked(var value, var warning) -> {
                warnings.add(problem(place, warning, null));
                yield value;
            }
            case Reading.Bad bad -> {
                problems.add(problem(place, bad.message(), bad.suggestion()));
                yield null;
            }
        };
    }

    private @Nullable Object section(Class<?> type, @Nullable Object written, String place) {
        if (written != null && !(written instanceof TomlTable)) {
            problems.add(
                    problem(place, "must be a section, and is " + Form.typeName(written), "write [" + place + "]"));
            return null;
        }
        return bind(type, written instanceof TomlTable table ? table : Toml.parse(""), place);
    }

    private @Nullable Object sections(Class<?> type, @Nullable Object written, String place) {
        if (written == null) {
            return List.of();
        }
        if (!(written instanceof TomlArray array)
                || Arrays.stream(objects(array)).anyMatch(o -> !(o instanceof TomlTable))) {
            String message = "must be a section that can be repeated, and is " + Form.typeName(written);
            problems.add(problem(place, message, "write [[" + place + "]]"));
            return null;
        }
        List<Object> sections = new ArrayList<>();
        for (int i = 0; i < array.size(); i++) {
            // Numbered by those that could be read, as the checks will count them.
            String element = place + "[" + sections.size() + "]";
            positions.keySet().removeIf(key -> key.startsWith(element));
            positions.put(element, Objects.requireNonNull(array.inputPositionOf(i)));
            Object section = bind(type, array.getTable(i), element);
            if (section != null) {
                sections.add(section);
            }
        }
        return sections;
    }

    private @Nullable Object list(Form form, Object written, String place) {
        if (!(written instanceof TomlArray array)) {
            String message = "must be a list, and is " + Form.typeName(written);
            problems.add(problem(place, message, "write [ ] around its values"));
            return null;
        }
        List<Object> values = new ArrayList<>();
        for (int i = 0; i < array.size(); i++) {
            String element = place + "[" + values.size() + "]";
            if (positions.containsKey(place)) {
                positions.put(element, Objects.requireNonNull(array.inputPositionOf(i)));
            }
            Object value = single(form, array.get(i), element);
            if (value != null) {
                values.add(value);
            }
        }
        return values.isEmpty() && !array.isEmpty() ? null : values;
    }

    private static Object[] objects(TomlArray array) {
        return array.toList().toArray();
    }
}
