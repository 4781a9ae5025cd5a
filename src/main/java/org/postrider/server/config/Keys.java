package org.postrider.server.config;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;

/** What the records of {@link Configuration} say of themselves. */
final class Keys {
    private static final Pattern WORD = Pattern.compile("([A-Z])");

    private Keys() {}

    static Key key(RecordComponent component) {
        return Objects.requireNonNull(component.getAnnotation(Key.class), () -> "no @Key on " + component);
    }

    /** The key's name in the file. */
    static String name(RecordComponent component) {
        String name = key(component).name();
        return name.isEmpty()
                ? WORD.matcher(component.getName()).replaceAll("-$1").toLowerCase(Locale.ROOT)
                : name;
    }

    /** What a List or an Optional holds. */
    static Class<?> element(RecordComponent component) {
        if (component.getGenericType() instanceof ParameterizedType type
                && type.getActualTypeArguments()[0] instanceof Class<?> element) {
            return element;
        }
        throw new AssertionError("a key of " + component.getGenericType());
    }

    /** Whether a type is a section of keys, and not the value of one. */
    static boolean isSection(Class<?> type) {
        return type.isRecord()
                && type.getPackage() == Configuration.class.getPackage()
                && Arrays.stream(type.getRecordComponents()).allMatch(part -> part.isAnnotationPresent(Key.class));
    }

    /** The type of a section, repeated or not; empty for a key of its own. */
    static Optional<Class<?>> section(RecordComponent component) {
        Class<?> type = component.getType() == List.class ? element(component) : component.getType();
        return isSection(type) ? Optional.of(type) : Optional.empty();
    }

    /** How a section's header is written. */
    static String header(RecordComponent component) {
        return component.getType() == List.class ? "[[" + name(component) + "]]" : "[" + name(component) + "]";
    }

    /** The sections that know a key of this name, empty where none does. */
    static Optional<String> sectionsOf(String name) {
        List<String> found = new ArrayList<>();
        for (RecordComponent component : Configuration.class.getRecordComponents()) {
            boolean knows = section(component).stream()
                    .flatMap(type -> Arrays.stream(type.getRecordComponents()))
                    .anyMatch(inner -> name(inner).equals(name));
            if (knows) {
                found.add(header(component));
            }
        }
        return found.isEmpty() ? Optional.empty() : Optional.of(String.join(" or ", found));
    }
}
