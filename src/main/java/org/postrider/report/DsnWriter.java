package org.postrider.report;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.postrider.mail.BodyType;
import org.postrider.mail.DsnNotify;
import org.postrider.mail.DsnReturn;
import org.postrider.mail.Envelope;
import org.postrider.mail.ForwardPath;
import org.postrider.mail.MailParameters;
import org.postrider.mail.OriginalRecipient;
import org.postrider.mail.Recipient;
import org.postrider.mail.Reply;
import org.postrider.mail.ReversePath;
import org.postrider.mail.TlsWish;
import org.postrider.message.MailDate;
import org.postrider.message.MessageBuilder;
import org.postrider.message.Trace;

/**
 * Writes delivery status notifications: a multipart/report of a text for people, a message/delivery-status for programs
 * and what comes back of the message.
 *
 * <p>Thread: any.
 */
public final class DsnWriter {
    /** A peer's words in one field; with its name below the 998 octets of a line. */
    private static final int PEER_CHARS_MAX = 900;

    private static final int FOLD_CHARS = 74;

    private final DsnSettings settings;

    public DsnWriter(DsnSettings settings) {
        this.settings = settings;
    }

    /** A notice whose envelope is known and whose content can be written. */
    public interface Prepared {
        /** From the null reverse-path, to the one recipient, with NOTIFY=NEVER (RFC 3461 §6.1). */
        Envelope envelope();

        /** Writes the whole content with CRLF line ends. The stream is left open. */
        void writeTo(OutputStream out) throws IOException;
    }

    /**
     * @param original {@code null} where the content cannot be read any more; the notice then has two parts
     */
    public Prepared prepare(Dsn dsn, @Nullable OriginalContent original) throws IOException {
        ReturnedContent returned = original == null ? null : inspect(dsn, original);
        boolean eightBit = dsn.international() || (returned != null && returned.eightBit());
        MailParameters parameters = new MailParameters(
                eightBit ? BodyType.EIGHT_BIT_MIME : BodyType.SEVEN_BIT,
                dsn.to().needsUtf8(),
                DsnReturn.UNSPECIFIED,
                null,
                // RFC 8689 §5: what is in a notice is to be protected as the message was.
                requiresTls(dsn) ? TlsWish.REQUIRED : TlsWish.UNSPECIFIED);
        Recipient recipient = new Recipient(new ForwardPath(dsn.to()), DsnNotify.NEVER, null);
        Envelope envelope = new Envelope(ReversePath.NULL, parameters, List.of(recipient));
        return new Prepared() {
            @Override
            public Envelope envelope() {
                return envelope;
            }

            @Override
            public void writeTo(OutputStream out) throws IOException {
                write(dsn, original, returned, eightBit, out);
            }
        };
    }

    private static boolean requiresTls(Dsn dsn) {
        return dsn.envelope().parameters().tls() == TlsWish.REQUIRED;
    }

    private ReturnedContent inspect(Dsn dsn, OriginalContent original) throws IOException {
        MailParameters parameters = dsn.envelope().parameters();
        // RFC 3461 §4.3: RET is about failures; other notices bring back the header alone (§6.2).
        boolean whole = dsn.action() == DsnAction.FAILED
                && parameters.dsnReturn() != DsnReturn.HDRS
                // RFC 8689 §5: as if RET=HDRS had been said, whatever was.
                && !requiresTls(dsn)
                && original.octets() <= settings.returnOctetsMax();
        return ReturnedContent.inspect(original, whole, settings.headerOctetsMax(), parameters.smtpUtf8());
    }

    private void write(
            Dsn dsn,
            @Nullable OriginalContent original,
            @Nullable ReturnedContent returned,
            boolean eightBit,
            OutputStream out)
            throws IOException {
        String boundary = "=_" + dsn.id().text() + "_" + (returned == null ? "0" : Long.toHexString(returned.digest()));
        StringBuilder text = new StringBuilder(2_048);
        text.append(header(dsn, boundary, eightBit));
        text.append("\r\nThis is a delivery status notification in MIME format (RFC 3464).\r\n");
        boolean international = dsn.international();
        part(text, boundary, "text/plain; charset=" + (international ? "utf-8" : "us-ascii"), international);
        DsnText.append(text, dsn, settings);
        part(
                text,
                boundary,
                international ? "message/global-delivery-status" : "message/delivery-status",
                international);
        messageFields(text, dsn);
        for (Dsn.Fate fate : dsn.fates()) {
            text.append("\r\n");
            recipientFields(text, dsn, fate);
        }
        if (original != null && returned != null) {
            returnedPart(text, boundary, dsn, returned);
        }
        out.write(text.toString().getBytes(StandardCharsets.UTF_8));
        if (original != null && returned != null) {
            if (returned.whole()) {
                ReturnedContent.copy(original, out);
            } else {
                out.write(returned.header().getBytes(StandardCharsets.ISO_8859_1));
            }
        }
        out.write(("\r\n--" + boundary + "--\r\n").getBytes(StandardCharsets.US_ASCII));
    }

    private String header(Dsn dsn, String boundary, boolean eightBit) {
        return new MessageBuilder()
                .mailbox("From", "Mail Delivery System", settings.postmaster())
                .mailbox("To", "", dsn.to())
                .text("Subject", dsn.action().subject())
                .date(dsn.at())
                .structured(
                        "Message-ID", Trace.messageId(dsn.id(), settings.host().ascii()))
                // RFC 3834 §5: no automatic answer to this one.
                .structured("Auto-Submitted", "auto-replied")
                .structured("MIME-Version", "1.0")
                .structured(
                        "Content-Type", "multipart/report; report-type=delivery-status; boundary=\"" + boundary + "\"")
                .structured("Content-Transfer-Encoding", eightBit ? "8bit" : "7bit")
                .header();
    }

    private static void part(StringBuilder text, String boundary, String type, boolean eightBit) {
        text.append("\r\n--").append(boundary).append("\r\nContent-Type: ").append(type);
        text.append("\r\nContent-Transfer-Encoding: ").append(eightBit ? "8bit" : "7bit");
        text.append("\r\n\r\n");
    }

    private static void returnedPart(StringBuilder text, String boundary, Dsn dsn, ReturnedContent returned) {
        boolean global = dsn.envelope().parameters().smtpUtf8() && returned.eightBit();
        String type;
        if (returned.whole()) {
            type = global ? "message/global" : "message/rfc822";
        } else {
            type = global ? "message/global-headers" : "text/rfc822-headers";
        }
        part(text, boundary, type, returned.eightBit());
    }

    /** RFC 3464 §2.2. */
    private void messageFields(StringBuilder text, Dsn dsn) {
        String envelopeId = dsn.envelope().parameters().envelopeId();
        if (envelopeId != null) {
            field(text, "Original-Envelope-Id", SafeText.ascii(envelopeId, PEER_CHARS_MAX));
        }
        field(text, "Reporting-MTA", "dns; " + settings.host().ascii());
        field(text, "Arrival-Date", MailDate.text(dsn.arrived()));
        field(text, "X-Postrider-Queue-Id", dsn.about().text());
    }

    /** RFC 3464 §2.3. */
    private static void recipientFields(StringBuilder text, Dsn dsn, Dsn.Fate fate) {
        OriginalRecipient original = fate.recipient().original();
        if (original != null) {
            field(text, "Original-Recipient", original.type() + "; " + original.address());
        }
        String type = fate.recipient().mailbox().needsUtf8() ? "utf-8" : "rfc822";
        field(
                text,
                "Final-Recipient",
                type + "; " + fate.recipient().forwardPath().text());
        field(text, "Action", dsn.action().keyword());
        field(text, "Status", dsn.status(fate).toString());
        String remote = fate.diagnosis().remote();
        if (remote != null) {
            field(text, "Remote-MTA", "dns; " + SafeText.ascii(remote.split(" ", 2)[0], PEER_CHARS_MAX));
        }
        Reply reply = fate.diagnosis().reply();
        String said = reply == null
                ? "x-postrider; " + fate.diagnosis().summary()
                : "smtp; " + fate.diagnosis().text();
        String diagnostic = "Diagnostic-Code: " + SafeText.ascii(said, PEER_CHARS_MAX);
        text.append(String.join("\r\n ", SafeText.wrap(diagnostic, FOLD_CHARS))).append("\r\n");
        if (fate.lastAttempt() != null) {
            field(text, "Last-Attempt-Date", MailDate.text(fate.lastAttempt()));
        }
        Instant retryUntil = dsn.retryUntil();
        if (retryUntil != null) {
            field(text, "Will-Retry-Until", MailDate.text(retryUntil));
        }
    }

    private static void field(StringBuilder text, String name, String value) {
        text.append(name).append(": ").append(value).append("\r\n");
    }
}
