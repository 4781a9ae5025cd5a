package org.postrider.server.config;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.postrider.delivery.Route;
import org.postrider.delivery.RouteTable;
import org.postrider.filter.FilterAddress;
import org.postrider.mail.Domain;
import org.postrider.mail.MailboxGrammar;
import org.postrider.mail.Network;

/**
 * How the values of one type are written.
 *
 * @param description for people, with an example where that says more
 */
record Form(String description, Reader reader) {
    private static final int PORT_MAX = 65_535;
    private static final List<String> ROUTES =
            List.of("mx", "smtp:", "smtps:", "lmtp:", "maildir:", "webhook:", "hold", "discard");
    private static final Pattern WEBHOOK = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");
    private static final Pattern ADDRESS = Pattern.compile("(?<host>\\[[^\\]]*]|[^:]*)(?::(?<port>\\d{1,5}))?");
    private static final Pattern FOUR_PARTS = Pattern.compile("\\d{1,3}(?:\\.\\d{1,3}){3}");

    /** Reads what the TOML parser made of a value: a String, Long, Double, Boolean, a time, a list or a table. */
    interface Reader {
        Reading read(Object written);
    }

    /** The form of a key's values, or of the elements of its list. */
    static Form of(Class<?> type, Key key, Path directory) {
        Form plain = plain(type, key, directory);
        boolean liftable = key.off() && (type == Limit.class || type == Size.class);
        return liftable ? new Form(plain.description + " or \"off\"", orOff(type, plain)) : plain;
    }

    private static Reader orOff(Class<?> type, Form plain) {
        Object off = type == Limit.class ? Limit.OFF : Size.OFF;
        return written -> written.equals("off") ? new Reading.Good(off) : plain.reader.read(written);
    }

    private static Form plain(Class<?> type, Key key, Path directory) {
        if (type.isEnum()) {
            return choice(type);
        }
        return switch (type.getSimpleName()) {
            case "boolean" -> new Form("true or false", Form::bool);
            case "int" -> number(key, Math::toIntExact);
            case "Limit" -> number(key, value -> new Limit(Math.toIntExact(value)));
            case "String" -> text("text", text -> text.isBlank() ? Reading.bad("is empty") : new Reading.Good(text));
            case "Size" -> text("a size such as \"50 MiB\"", text -> size(text, key));
            case "Duration" ->
                text("a duration such as \"30s\", \"5m\", \"4h\" or \"5d\"", text -> duration(text, key));
            case "ListFile" ->
                text("a path", text -> switch (path(text, directory)) {
                    case Reading.Good(Path file) -> ListFile.read(file);
                    case Reading other -> other;
                });
            case "Path" -> text("a path", text -> path(text, directory));
            case "Domain" -> text("a domain", text -> found(Domain.parse(text), text, "a domain", null));
            case "Mailbox" ->
                text("a mailbox", text -> found(MailboxGrammar.mailbox(text), text, "a mailbox", "write USER@DOMAIN"));
            case "Pattern" ->
                text(
                        "a domain, \"*.\" and a domain, or \"*\"",
                        text -> found(RouteTable.Pattern.parse(text), text, "a domain, *.domain or *", null));
            case "Network" ->
                text(
                        "a network such as \"192.0.2.0/24\"",
                        text -> found(
                                Network.parse(text),
                                text,
                                "a network",
                                "write ADDRESS/BITS with no bit set behind the prefix, such as \"192.0.2.0/24\""));
            case "InetSocketAddress" -> text("ADDRESS:PORT", text -> address(text, key));
            case "FilterAddress" ->
                text(
                        "inet:ADDRESS:PORT or unix:/PATH",
                        text -> found(
                                FilterAddress.parse(text),
                                text,
                                "where a filter can listen",
                                "write \"inet:127.0.0.1:11332\" or \"unix:/run/filter.sock\""));
            case "Route" -> text("a route", text -> route(text, directory));
            case "Reference" -> text("\"file:PATH\", \"env:NAME\" or the value", text -> reference(text, directory));
            default -> throw new AssertionError("a key of " + type);
        };
    }

    private static Form choice(Class<?> type) {
        List<String> names =
                Arrays.stream(type.getEnumConstants()).map(Form::choiceName).toList();
        Function<String, Reading> read = text -> {
            int index = names.indexOf(text);
            if (index >= 0) {
                return new Reading.Good(type.getEnumConstants()[index]);
            }
            String suggestion =
                    Suggestion.nearest(text, names).map(Suggestion::didYouMean).orElse("one of " + quoted(names));
            return new Reading.Bad("\"" + text + "\" is none of its values", suggestion);
        };
        return text("one of " + quoted(names), read);
    }

    private static String choiceName(Object constant) {
        return ((Enum<?>) constant).name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static String quoted(List<String> names) {
        return "\"" + String.join("\", \"", names) + "\"";
    }

    private static Form text(String description, Function<String, Reading> read) {
        return new Form(
                description,
                written -> written instanceof String text ? read.apply(text) : wrongType(written, description));
    }

    static Reading wrongType(Object written, String description) {
        return Reading.bad("must be " + description + ", and is " + typeName(written));
    }

    static String typeName(Object written) {
        return switch (written) {
            case String text -> "text (\"" + text + "\")";
            case Long number -> "a number (" + number + ")";
            case Double number -> "a number with a fraction (" + number + ")";
            case Boolean bool -> "a boolean (" + bool + ")";
            case org.tomlj.TomlArray array -> "a list";
            case org.tomlj.TomlTable table -> "a table";
            default -> "a date or time";
        };
    }

    private static Reading bool(Object written) {
        if (written instanceof Boolean) {
            return new Reading.Good(written);
        }
        return written instanceof String text && (text.equals("true") || text.equals("false"))
                ? new Reading.Bad("must be true or false, and is text", "write it without quotes: " + text)
                : wrongType(written, "true or false");
    }

    private static Form number(Key key, Function<Long, Object> value) {
        String description = key.max() == Integer.MAX_VALUE
                ? "a whole number, at least " + key.min()
                : "a whole number from " + key.min() + " to " + key.max();
        return new Form(description, written -> {
            if (written instanceof Long number) {
                return number < key.min() || number > key.max()
                        ? Reading.bad(number + " is out of range: must be " + description)
                        : new Reading.Good(value.apply(number));
            }
            return written instanceof String text && text.matches("-?\\d{1,18}")
                    ? new Reading.Bad("must be " + description + ", and is text", "write it without quotes: " + text)
                    : wrongType(written, description);
        });
    }

    private static Reading size(String text, Key key) {
        Optional<Size> size = Size.parse(text);
        if (size.isPresent() && size.get().octets() < key.min()) {
            return Reading.bad("\"" + text + "\" is too small: at least " + key.min() + " B");
        }
        return found(size, text, "a size", "write a number and a unit: \"512 KiB\", \"50 MiB\", \"2 GiB\"");
    }

    private static Reading duration(String text, Key key) {
        Optional<Duration> duration = DurationText.parse(text);
        if (duration.isPresent() && duration.get().isZero() && key.min() > 0) {
            return Reading.bad("\"" + text + "\": must be longer than nothing");
        }
        return found(
                duration,
                text,
                "a duration",
                "write numbers and units, the greatest first: \"30s\", \"5m\", \"1h30m\", \"5d\"");
    }

    private static Reading path(String text, Path directory) {
        try {
            return text.isBlank()
                    ? Reading.bad("is empty")
                    : new Reading.Good(directory.resolve(text).normalize());
        } catch (InvalidPathException e) {
            return Reading.bad("\"" + text + "\" is no path: " + e.getReason());
        }
    }

    private static Reading reference(String text, Path directory) {
        if (text.isBlank() || text.equals("file:") || text.equals("env:")) {
            return Reading.bad("is empty");
        }
        return new Reading.Good(new Reference(text, directory));
    }

    /** An address literal and a port; names are refused, since what they resolve to may change unseen. */
    private static Reading address(String text, Key key) {
        Matcher matcher = ADDRESS.matcher(text);
        String host = matcher.matches() ? matcher.group("host") : text;
        String port = matcher.matches() && matcher.group("port") != null ? matcher.group("port") : portText(key);
        if (host.equals("localhost")) {
            return new Reading.Bad(
                    "\"" + text + "\" has a name where an address must stand",
                    Suggestion.didYouMean("127.0.0.1:" + port));
        }
        Optional<InetAddress> address = literal(host);
        if (address.isEmpty() || port.isEmpty()) {
            return new Reading.Bad(
                    "\"" + text + "\" is not ADDRESS:PORT",
                    "write it like \"127.0.0.1:2525\", \"0.0.0.0:25\" or \"[::1]:25\"");
        }
        return Integer.parseInt(port) > PORT_MAX
                ? Reading.bad("\"" + text + "\" has no port from 0 to 65535")
                : new Reading.Good(new InetSocketAddress(address.get(), Integer.parseInt(port)));
    }

    private static String portText(Key key) {
        return key.port() < 0 ? "" : String.valueOf(key.port());
    }

    private static Optional<InetAddress> literal(String text) {
        boolean four = text.indexOf(':') < 0;
        String bare = text.startsWith("[") && text.endsWith("]") ? text.substring(1, text.length() - 1) : text;
        if (four ? !FOUR_PARTS.matcher(text).matches() : bare.equals(text)) {
            return Optional.empty();
        }
        try {
            return Optional.of(InetAddress.ofLiteral(bare));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static Reading route(String text, Path directory) {
        String scheme = text.substring(0, text.indexOf(':') + 1);
        String rest = text.substring(scheme.length());
        if (scheme.equals("webhook:") && WEBHOOK.matcher(rest).matches()) {
            return new Reading.Remarked(
                    new Route.Hold(), "\"" + text + "\" is not in this release: mail is held until it is rerouted");
        }
        if (scheme.equals("webhook:")) {
            return Reading.bad(
                    "\"" + text + "\" names no webhook: letters, digits, \".\", \"_\" and \"-\", at most 64");
        }
        boolean relative = scheme.equals("maildir:") && !rest.isBlank() && !rest.startsWith("/");
        return switch (Route.parse(relative ? scheme + directory + "/" + rest : text)) {
            case Route.Parsed.Valid(var route) -> new Reading.Good(route);
            case Route.Parsed.Invalid(var error) -> {
                Optional<String> word = Suggestion.nearest(scheme.isEmpty() ? text : scheme, ROUTES)
                        .filter(near -> !near.equals(scheme));
                yield new Reading.Bad(error, word.map(Suggestion::didYouMean).orElse(null));
            }
        };
    }

    private static Reading found(Optional<?> value, String text, String what, @Nullable String suggestion) {
        return value.isPresent()
                ? new Reading.Good(value.get())
                : new Reading.Bad("\"" + text + "\" is not " + what, suggestion);
    }
}
