package org.postrider.smtp.client;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.postrider.mail.BodyType;
import org.postrider.mail.DsnNotify;
import org.postrider.mail.DsnReturn;
import org.postrider.mail.MailParameters;
import org.postrider.mail.OriginalRecipient;
import org.postrider.mail.Recipient;
import org.postrider.mail.TlsWish;

/** Writes MAIL and RCPT, with the parameters that the peer offered to take and no others (RFC 5321 §4.1.1.11). */
final class EnvelopeCommands {
    private final Capabilities capabilities;
    private final OutgoingMessage message;

    EnvelopeCommands(Capabilities capabilities, OutgoingMessage message) {
        this.capabilities = capabilities;
        this.message = message;
    }

    String mail() {
        MailParameters parameters = message.parameters();
        StringBuilder line = new StringBuilder(96);
        line.append("MAIL FROM:<").append(message.reversePath().text()).append('>');
        if (capabilities.size() && message.octets() > 0) {
            line.append(" SIZE=").append(message.octets());
        }
        if (parameters.body() != BodyType.SEVEN_BIT && takesBody(parameters.body())) {
            line.append(" BODY=").append(parameters.body().keyword());
        }
        if (capabilities.smtpUtf8() && (parameters.smtpUtf8() || hasUtf8Address(message))) {
            line.append(" SMTPUTF8");
        }
        if (capabilities.requireTls() && parameters.tls() == TlsWish.REQUIRED) {
            line.append(" REQUIRETLS");
        }
        if (capabilities.dsn()) {
            if (parameters.dsnReturn() != DsnReturn.UNSPECIFIED) {
                line.append(" RET=").append(parameters.dsnReturn().name());
            }
            String envelopeId = parameters.envelopeId();
            if (envelopeId != null) {
                appendXtext(line.append(" ENVID="), envelopeId);
            }
        }
        return line.append("\r\n").toString();
    }

    private boolean takesBody(BodyType body) {
        return switch (body) {
            case SEVEN_BIT, EIGHT_BIT_MIME -> capabilities.eightBitMime();
            case BINARY_MIME -> capabilities.binaryMime();
        };
    }

    private static boolean hasUtf8Address(OutgoingMessage message) {
        return message.reversePath().text().chars().anyMatch(c -> c > 0x7e)
                || message.recipients().stream().anyMatch(r -> r.mailbox().needsUtf8());
    }

    String rcpt(int index) {
        Recipient recipient = message.recipients().get(index);
        StringBuilder line = new StringBuilder(64);
        line.append("RCPT TO:<").append(recipient.forwardPath().text()).append('>');
        if (capabilities.dsn()) {
            if (recipient.dsnNotify().specified()) {
                line.append(" NOTIFY=").append(notify(recipient.dsnNotify()));
            }
            OriginalRecipient original = recipient.original();
            if (original != null) {
                line.append(" ORCPT=").append(original.type()).append(';');
                if (original.type().equalsIgnoreCase("utf-8")) {
                    appendUtf8Xtext(line, original.address());
                } else {
                    appendXtext(line, original.address());
                }
            }
        }
        return line.append("\r\n").toString();
    }

    private static String notify(DsnNotify notify) {
        if (notify.isNever()) {
            return "NEVER";
        }
        List<String> events = new ArrayList<>(3);
        if (notify.success()) {
            events.add("SUCCESS");
        }
        if (notify.failure()) {
            events.add("FAILURE");
        }
        if (notify.delay()) {
            events.add("DELAY");
        }
        return String.join(",", events);
    }

    /** RFC 3461 §4: all but printable ASCII, and the plus and the equals sign, as a plus and two hexadecimal digits. */
    private static void appendXtext(StringBuilder line, String text) {
        for (byte octet : text.getBytes(StandardCharsets.UTF_8)) {
            if (octet > ' ' && octet < 0x7f && octet != '+' && octet != '=') {
                line.append((char) octet);
            } else {
                line.append('+').append(String.format("%02X", octet & 0xff));
            }
        }
    }

    /**
     * RFC 6533 §3, utf-8-addr-xtext. The RFC would rather see native UTF-8 where the peer offers SMTPUTF8; this form is
     * right with and without it, and for messages that do not use it.
     */
    private static void appendUtf8Xtext(StringBuilder line, String text) {
        text.codePoints().forEach(c -> {
            if (c > ' ' && c < 0x7f && c != '+' && c != '=' && c != '\\') {
                line.append((char) c);
            } else {
                line.append("\\x{").append(String.format("%02X", c)).append('}');
            }
        });
    }
}
