package org.postrider.delivery;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.postrider.mail.Mailbox;

/**
 * The path of a maildir, in which <code>{local}</code> and <code>{domain}</code> stand for the recipient's parts. Parts come
 * from the network, so only names that cannot mean anything to a file system are put in; all others have no maildir.
 */
public record MaildirTemplate(String text) {
    private static final Pattern PLACEHOLDER = Pattern.compile("\\{[^{}]*}");
    private static final Pattern SAFE = Pattern.compile("[a-z0-9_][a-z0-9_+=.-]{0,63}");
    /** Names that a maildir or its neighbours use themselves. */
    private static final Set<String> RESERVED = Set.of("cur", "new", "tmp");

    /** What came of reading a template. */
    sealed interface Parsed {
        record Valid(MaildirTemplate template) implements Parsed {}

        record Invalid(String error) implements Parsed {}
    }

    static Parsed parse(String text) {
        String rest = PLACEHOLDER
                .matcher(text.replace("{local}", "l").replace("{domain}", "d"))
                .replaceAll("{");
        if (text.isEmpty() || rest.indexOf('{') >= 0 || rest.indexOf('}') >= 0) {
            return new Parsed.Invalid(
                    "'maildir:" + text + "': a path is needed, in which only {local} and {domain} are replaced");
        }
        try {
            boolean climbs = text.chars().anyMatch(c -> c < ' ');
            for (Path part : Path.of(rest)) {
                climbs |= part.toString().equals("..");
            }
            return climbs
                    ? new Parsed.Invalid("'maildir:" + text + "': no '..' and no control characters in the path")
                    : new Parsed.Valid(new MaildirTemplate(text));
        } catch (InvalidPathException invalid) {
            return new Parsed.Invalid("'maildir:" + text + "': " + invalid.getReason());
        }
    }

    /** The maildir of a mailbox, empty where its address must not be part of a path. */
    Optional<Path> directory(Path base, Mailbox mailbox) {
        String local = mailbox.localPart().toLowerCase(Locale.ROOT);
        String domain = mailbox.host().text();
        boolean unsafe = (text.contains("{local}") && !isSafe(local)) || (text.contains("{domain}") && !isSafe(domain));
        return unsafe
                ? Optional.empty()
                : Optional.of(base.resolve(text.replace("{domain}", domain).replace("{local}", local)));
    }

    private static boolean isSafe(String part) {
        return SAFE.matcher(part).matches() && !part.contains("..") && !part.endsWith(".") && !RESERVED.contains(part);
    }
}
