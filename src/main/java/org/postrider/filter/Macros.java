package org.postrider.filter;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.postrider.mail.AddressLiteral;
import org.postrider.mail.Domain;
import org.postrider.mail.Mailbox;
import org.postrider.mail.QueueId;

/** What a milter is told beside each command ({@code SMFIC_MACRO}), under the names that Sendmail gave it. */
final class Macros {
    private Macros() {}

    static Map<String, String> connect(ClientFacts client) {
        String name = client.reverseName().map(Domain::ascii).orElse("unknown");
        String literal = new AddressLiteral(client.remote().getAddress()).text();
        Map<String, String> macros = new LinkedHashMap<>();
        macros.put("j", client.host().ascii());
        macros.put("_", name.equals("unknown") ? literal : name + " " + literal);
        macros.put("v", "Postrider");
        macros.put("daemon_name", client.listener());
        macros.put("daemon_addr", client.local().getAddress().getHostAddress());
        macros.put("daemon_port", Integer.toString(client.local().getPort()));
        macros.put("client_addr", client.remote().getAddress().getHostAddress());
        macros.put("client_port", Integer.toString(client.remote().getPort()));
        macros.put("client_name", name);
        macros.put("client_ptr", name);
        return macros;
    }

    static Map<String, String> helo(ClientFacts client) {
        Map<String, String> macros = new LinkedHashMap<>();
        ClientFacts.Tls tls = client.tls();
        if (tls != null) {
            macros.put("tls_version", tls.version());
            macros.put("cipher", tls.cipher());
        }
        return macros;
    }

    static Map<String, String> mail(ClientFacts client, @Nullable Mailbox sender) {
        Map<String, String> macros = new LinkedHashMap<>();
        ClientFacts.User user = client.user();
        if (user != null) {
            macros.put("auth_type", user.mechanism());
            macros.put("auth_authen", user.name());
        }
        macros.put("mail_mailer", "smtp");
        macros.put("mail_host", sender == null ? "" : sender.host().text());
        macros.put("mail_addr", sender == null ? "" : sender.text());
        return macros;
    }

    static Map<String, String> rcpt(Mailbox recipient) {
        Map<String, String> macros = new LinkedHashMap<>();
        macros.put("rcpt_mailer", "smtp");
        macros.put("rcpt_host", recipient.host().text());
        macros.put("rcpt_addr", recipient.text());
        return macros;
    }

    static Map<String, String> content(QueueId id) {
        return Map.of("i", id.text());
    }

    /**
     * The packet's data.
     *
     * @param wanted bare names; {@code null} for all there are
     */
    static byte[] packet(MacroStage stage, Map<String, String> macros, @Nullable Set<String> wanted) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(256);
        out.write(stage.command());
        macros.forEach((name, value) -> {
            if (wanted == null || wanted.contains(name)) {
                string(out, name.length() == 1 ? name : "{" + name + "}");
                string(out, value);
            }
        });
        return out.toByteArray();
    }

    /** Appends text with its NUL; a NUL within it is left out. */
    static void string(ByteArrayOutputStream out, String text) {
        out.writeBytes(text.replace("\0", "").getBytes(StandardCharsets.UTF_8));
        out.write(0);
    }
}
