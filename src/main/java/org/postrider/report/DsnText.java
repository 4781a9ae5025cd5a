package org.postrider.report;

import org.postrider.mail.Reply;
import org.postrider.message.MailDate;

/** The part of a notice that people read: what happened, to whom, why, and what to do. */
final class DsnText {
    private static final int WIDTH = 72;

    /** Of a peer's words; people need a few lines of it. */
    private static final int PEER_CHARS_MAX = 900;

    private DsnText() {}

    static void append(StringBuilder text, Dsn dsn, DsnSettings settings) {
        line(text, "This is the mail server " + settings.host().ascii() + ".");
        line(text, "");
        paragraph(text, "", opening(dsn));
        for (Dsn.Fate fate : dsn.fates()) {
            line(text, "");
            line(text, "  <" + fate.recipient().forwardPath().text() + ">");
            reason(text, dsn, fate);
        }
        line(text, "");
        paragraph(text, "", closing(dsn));
        line(text, "");
        line(text, "Help: " + settings.postmaster().text());
        line(text, "Reference: " + dsn.about().text());
    }

    private static String opening(Dsn dsn) {
        String message = "The message that you sent on " + MailDate.text(dsn.arrived());
        if (!dsn.to().equals(dsn.envelope().reversePath().mailbox())) {
            // A notice about a notice: nobody else can be told.
            message = "A message without a return address, taken on " + MailDate.text(dsn.arrived()) + ",";
        }
        String them = dsn.fates().size() == 1 ? "this address" : "these addresses";
        return switch (dsn.action()) {
            case FAILED -> message + " could not be delivered to " + them + ". It will not be tried again.";
            case DELAYED ->
                message + " could not yet be delivered to " + them + ". You need not do anything:"
                        + " delivery is tried again.";
            case DELIVERED -> message + " was delivered to " + them + ".";
            case RELAYED ->
                message + " was handed on for " + them + " to a server that does not report its delivery."
                        + " You may hear no more of it.";
            case EXPANDED -> message + " was delivered and sent on to the members behind " + them + ".";
        };
    }

    private static void reason(StringBuilder text, Dsn dsn, Dsn.Fate fate) {
        if (fate.expired()) {
            paragraph(text, "    ", "It could not be delivered in the time that we keep trying. The last attempt:");
        }
        if (dsn.action() == DsnAction.FAILED || dsn.action() == DsnAction.DELAYED) {
            paragraph(text, "    ", SafeText.ascii(fate.diagnosis().summary(), PEER_CHARS_MAX));
        }
        Reply reply = fate.diagnosis().reply();
        if (reply == null) {
            return;
        }
        String remote = fate.diagnosis().remote();
        String server = remote == null ? "The server" : "The server " + SafeText.ascii(remote, PEER_CHARS_MAX);
        paragraph(text, "    ", server + " said:");
        paragraph(text, "      ", SafeText.ascii(reply.text(), PEER_CHARS_MAX));
    }

    private static String closing(Dsn dsn) {
        return switch (dsn.action()) {
            case FAILED ->
                "Please check the address. If it is right, give this report to those who run the mail of the recipient,"
                        + " or ask the address below.";
            case DELAYED -> {
                String until = dsn.retryUntil() == null ? "" : " until " + MailDate.text(dsn.retryUntil());
                yield "We keep trying" + until + ", and tell you if it cannot be delivered at all.";
            }
            case DELIVERED, RELAYED, EXPANDED -> "You get this report because your mail program asked for it.";
        };
    }

    private static void paragraph(StringBuilder text, String indent, String words) {
        for (String line : SafeText.wrap(words, WIDTH - indent.length())) {
            line(text, indent + line);
        }
    }

    private static void line(StringBuilder text, String line) {
        text.append(line).append("\r\n");
    }
}
