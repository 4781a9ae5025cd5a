package org.postrider.delivery;

import java.util.Optional;
import org.postrider.mail.Domain;
import org.postrider.mail.MailHost;
import org.postrider.mail.MailboxGrammar;
import org.postrider.smtp.client.Protocol;

/** The next hop as the configuration or a person names it. */
public sealed interface Route {
    /** Greatest length of a route's text. */
    int CHARACTERS_MAX = 1_024;

    /** Where the recipient's MX records lead. */
    record ByMx() implements Route {
        @Override
        public String text() {
            return "mx";
        }
    }

    /** One server, whatever DNS says of the recipient's domain. */
    record Server(Protocol protocol, MailHost host, int port) implements Route {
        /** The server as its certificate names it: a domain in ASCII, or an address without brackets. */
        public String serverName() {
            return Addresses.serverName(host);
        }

        @Override
        public String text() {
            String name = serverName();
            String scheme = switch (protocol) {
                case SMTP -> "smtp:";
                case SMTPS -> "smtps:";
                case LMTP -> "lmtp:";
            };
            return scheme + (name.indexOf(':') < 0 ? name : "[" + name + "]") + ":" + port;
        }
    }

    /** A maildir of this machine. */
    record Maildir(MaildirTemplate template) implements Route {
        @Override
        public String text() {
            return "maildir:" + template.text();
        }
    }

    /** Kept until a person releases it. */
    record Hold() implements Route {
        @Override
        public String text() {
            return "hold";
        }
    }

    /** Thrown away. */
    record Discard() implements Route {
        @Override
        public String text() {
            return "discard";
        }
    }

    /** The one spelling of this route; also the name of its site. */
    String text();

    /** What came of reading a route. */
    sealed interface Parsed {
        record Valid(Route route) implements Parsed {}

        /**
         * @param error what is wrong and what would be right, one sentence
         */
        record Invalid(String error) implements Parsed {}
    }

    /**
     * Reads {@code mx}, {@code smtp:HOST:PORT}, {@code smtps:HOST:PORT} (TLS from the first octet on), {@code
     * lmtp:HOST:PORT}, {@code maildir:PATH}, {@code hold} or {@code discard}. HOST is a domain or an IP address, an IPv6 one
     * in brackets.
     */
    static Parsed parse(String text) {
        if (text.length() > CHARACTERS_MAX) {
            return new Parsed.Invalid("a route has at most " + CHARACTERS_MAX + " characters");
        }
        int colon = text.indexOf(':');
        String rest = text.substring(colon + 1);
        return switch (colon < 0 ? text : text.substring(0, colon + 1)) {
            case "mx" -> new Parsed.Valid(new ByMx());
            case "hold" -> new Parsed.Valid(new Hold());
            case "discard" -> new Parsed.Valid(new Discard());
            case "smtp:" -> server(Protocol.SMTP, text, rest);
            case "lmtp:" -> server(Protocol.LMTP, text, rest);
            case "smtps:" -> server(Protocol.SMTPS, text, rest);
            case "maildir:" -> maildir(rest);
            default ->
                new Parsed.Invalid(
                        "'" + text + "' is no route: use mx, smtp:HOST:PORT, smtps:HOST:PORT, lmtp:HOST:PORT,"
                                + " maildir:PATH, hold or discard");
        };
    }

    private static Parsed maildir(String path) {
        return switch (MaildirTemplate.parse(path)) {
            case MaildirTemplate.Parsed.Valid(var template) -> new Parsed.Valid(new Maildir(template));
            case MaildirTemplate.Parsed.Invalid(var error) -> new Parsed.Invalid(error);
        };
    }

    private static Parsed server(Protocol protocol, String text, String hostAndPort) {
        int colon = hostAndPort.lastIndexOf(':');
        if (colon <= 0) {
            return new Parsed.Invalid("'" + text + "' lacks its port, as in smtp:mail.example.net:25");
        }
        String digits = hostAndPort.substring(colon + 1);
        boolean number =
                !digits.isEmpty() && digits.length() <= 5 && digits.chars().allMatch(c -> c >= '0' && c <= '9');
        int port = number ? Integer.parseInt(digits) : 0;
        if (port < 1 || port > 65_535) {
            return new Parsed.Invalid("'" + digits + "' is no port: 1 to 65535");
        }
        String name = hostAndPort.substring(0, colon);
        Optional<MailHost> host = host(name);
        return host.isEmpty()
                ? new Parsed.Invalid(
                        "'" + name + "' is no host: a domain, an IPv4 address, or an IPv6 address in brackets")
                : new Parsed.Valid(new Server(protocol, host.get(), port));
    }

    private static Optional<MailHost> host(String name) {
        if (name.startsWith("[") && name.endsWith("]")) {
            boolean plainSix = name.indexOf(':') >= 0 && !name.regionMatches(true, 1, "IPv6:", 0, 5);
            String literal = plainSix ? "[IPv6:" + name.substring(1) : name;
            return MailboxGrammar.addressLiteral(literal).map(MailHost.class::cast);
        }
        boolean numeric = name.chars().allMatch(c -> c == '.' || (c >= '0' && c <= '9'));
        return numeric
                ? MailboxGrammar.addressLiteral("[" + name + "]").map(MailHost.class::cast)
                : Domain.parse(name).map(MailHost.class::cast);
    }
}
