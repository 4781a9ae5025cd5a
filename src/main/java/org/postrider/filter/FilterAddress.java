package org.postrider.filter;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Where a filter listens: {@code inet:127.0.0.1:11332}, {@code inet:[::1]:8891} or {@code unix:/run/clamd.sock}. */
public record FilterAddress(SocketAddress socket) {
    private static final Pattern INET =
            Pattern.compile("inet:(?:\\[(?<six>[0-9A-Fa-f:.]+)]|(?<four>[0-9.]+)):(?<port>\\d{1,5})");
    private static final String UNIX = "unix:";
    /** The longest path that Linux lets a socket have, without its NUL. */
    private static final int PATH_CHARACTERS_MAX = 107;

    private static final int PORT_MAX = 65_535;

    /** Reads {@code text}; empty where it is no such address. A host is an address: what a name means may change unseen. */
    public static Optional<FilterAddress> parse(String text) {
        return text.startsWith(UNIX) ? unix(text.substring(UNIX.length())) : inet(text);
    }

    private static Optional<FilterAddress> unix(String path) {
        try {
            Path file = Path.of(path);
            boolean usable = file.isAbsolute() && path.length() <= PATH_CHARACTERS_MAX;
            return usable ? Optional.of(new FilterAddress(UnixDomainSocketAddress.of(file))) : Optional.empty();
        } catch (InvalidPathException _) {
            return Optional.empty();
        }
    }

    private static Optional<FilterAddress> inet(String text) {
        Matcher matcher = INET.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        int port = Integer.parseInt(matcher.group("port"));
        String six = matcher.group("six");
        try {
            InetAddress host = InetAddress.ofLiteral(six == null ? matcher.group("four") : six);
            boolean usable = port > 0 && port <= PORT_MAX;
            return usable ? Optional.of(new FilterAddress(new InetSocketAddress(host, port))) : Optional.empty();
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    @Override
    public String toString() {
        return switch (socket) {
            case UnixDomainSocketAddress unix -> UNIX + unix.getPath();
            case InetSocketAddress inet -> {
                String host = inet.getAddress().getHostAddress();
                yield "inet:" + (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + inet.getPort();
            }
            default -> socket.toString();
        };
    }
}
