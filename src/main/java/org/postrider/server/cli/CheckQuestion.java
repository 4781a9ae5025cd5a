package org.postrider.server.cli;

import java.net.InetAddress;
import java.time.Instant;
import java.time.InstantSource;
import java.time.format.DateTimeParseException;
import java.util.Base64;
import java.util.Optional;
import org.postrider.dns.Resolver;
import org.postrider.mail.Network;
import tools.jackson.databind.JsonNode;

/**
 * One JSON object that {@code check} was given, read member by member.
 *
 * @param json an object
 */
record CheckQuestion(JsonNode json, CheckResolvers resolvers) {
    /** The value of a member that must be there, and text. */
    String text(String name) throws Unanswerable {
        Optional<String> text = optionalText(name);
        if (text.isEmpty()) {
            throw new Unanswerable("\"" + name + "\" is missing");
        }
        return text.get();
    }

    /** The value of a member, empty where it is missing or null. */
    Optional<String> optionalText(String name) throws Unanswerable {
        JsonNode value = json.get(name);
        if (value == null || value.isNull()) {
            return Optional.empty();
        }
        if (!value.isString()) {
            throw new Unanswerable("\"" + name + "\" is not a string");
        }
        return Optional.of(value.stringValue());
    }

    /** An IP address without brackets; nothing is looked up. */
    InetAddress address(String name) throws Unanswerable {
        String text = text(name);
        // Java alone would read 1 as 0.0.0.1.
        Optional<Network> address = text.indexOf('/') < 0 ? Network.parse(text) : Optional.empty();
        if (address.isEmpty()) {
            throw new Unanswerable("\"" + name + "\" is not an IP address");
        }
        return address.get().prefix();
    }

    /** The octets of {@code message}. */
    byte[] message() throws Unanswerable {
        try {
            return Base64.getMimeDecoder().decode(text("message"));
        } catch (IllegalArgumentException _) {
            throw new Unanswerable("\"message\" is not base64");
        }
    }

    /** Fixed where the question fixes it. */
    InstantSource clock() throws Unanswerable {
        Optional<String> now = optionalText("now");
        if (now.isEmpty()) {
            return InstantSource.system();
        }
        try {
            return InstantSource.fixed(Instant.parse(now.get()));
        } catch (DateTimeParseException _) {
            throw new Unanswerable("\"now\" is not an instant such as 2026-01-01T00:00:00Z");
        }
    }

    /** Asks the server that the question names, else the usual ones. */
    Resolver resolver() throws Unanswerable {
        return resolvers.of(optionalText("dns"));
    }
}
