package org.postrider.smtp.server;

import java.util.HashMap;
import java.util.Map;
import org.postrider.smtp.WireLimits;

/** Which verbs a protocol has. */
final class CommandTable {
    private static final Map<String, Command> SMTP = smtp();
    private static final Map<String, Command> LMTP = lmtp();

    private CommandTable() {}

    /** The commands of {@code protocol} by their verb in upper case. */
    static Map<String, Command> of(SessionSettings.Protocol protocol) {
        return switch (protocol) {
            case SMTP -> SMTP;
            case LMTP -> LMTP;
        };
    }

    private static Map<String, Command> smtp() {
        Map<String, Command> commands = common();
        commands.put("EHLO", new GreetCommand(Greeted.Verb.EHLO));
        commands.put("HELO", new GreetCommand(Greeted.Verb.HELO));
        for (String verb : new String[] {"ETRN", "TURN", "SEND", "SOML", "SAML"}) {
            commands.put(verb, new NotOfferedCommand(WireLimits.COMMAND_LINE_OCTETS));
        }
        return Map.copyOf(commands);
    }

    /** LHLO stands instead of EHLO and HELO (RFC 2033 §4.1). */
    private static Map<String, Command> lmtp() {
        Map<String, Command> commands = common();
        commands.put("LHLO", new GreetCommand(Greeted.Verb.LHLO));
        return Map.copyOf(commands);
    }

    private static Map<String, Command> common() {
        Map<String, Command> commands = new HashMap<>();
        commands.put("MAIL", new MailCommand());
        commands.put("RCPT", new RcptCommand());
        commands.put("DATA", new DataCommand());
        commands.put("BDAT", new BdatCommand());
        commands.put("RSET", new RsetCommand());
        commands.put("NOOP", new NoopCommand());
        commands.put("VRFY", new VrfyCommand());
        commands.put("HELP", new HelpCommand());
        commands.put("QUIT", new QuitCommand());
        commands.put("EXPN", new NotOfferedCommand(WireLimits.COMMAND_LINE_OCTETS));
        commands.put("STARTTLS", new StartTlsCommand());
        commands.put("AUTH", new AuthCommand());
        return commands;
    }
}
