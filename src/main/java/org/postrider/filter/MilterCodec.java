package org.postrider.filter;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.postrider.mail.Domain;
import org.postrider.mail.EnhancedStatus;
import org.postrider.mail.ForwardPath;
import org.postrider.mail.MailParameters;
import org.postrider.mail.Mailbox;
import org.postrider.mail.MailboxGrammar;
import org.postrider.mail.Recipient;
import org.postrider.mail.Reply;
import org.postrider.mail.ReversePath;
import org.postrider.smtp.EsmtpParameters;
import org.postrider.smtp.MailArguments;
import org.postrider.smtp.RecipientArguments;

/** Reads the answers of milters. What is no answer of the protocol is a {@link FilterFailure}, whatever it is. */
final class MilterCodec {
    private static final Reply REJECTED = Reply.of(550, "5.7.1", "Content rejected");
    private static final Reply TEMPFAILED = Reply.of(451, "4.7.1", "Service unavailable - try again later");
    private static final Reply SHUTDOWN = Reply.of(421, "4.7.0", "Closing the connection");
    private static final Pattern REPLY_LINE =
            Pattern.compile("(?<code>[45]\\d\\d)(?:[ -](?:(?<status>[45]\\.\\d{1,3}\\.\\d{1,3})(?: |$))?(?<text>.*))?");
    /** With code and status a line stays within the 512 octets of RFC 5321 §4.5.3.1.5. */
    private static final int REPLY_TEXT_MAX = 480;

    private static final int REPLY_LINES_MAX = 32;
    private static final int REASON_MAX = 200;
    /** Stands in for the domain of a bare "postmaster". */
    private static final Domain NOWHERE = new Domain("invalid");

    private MilterCodec() {}

    /** One answer, from its command octet and what follows it. */
    static MilterAnswer read(int command, byte[] data) throws FilterFailure {
        return switch (command) {
            case 'c' -> new MilterAnswer.Continue();
            case 'a' -> new MilterAnswer.Accept();
            case 'd' -> new MilterAnswer.Discard();
            case 'r' -> new MilterAnswer.Refuse(REJECTED);
            case 't' -> new MilterAnswer.Refuse(TEMPFAILED);
            case 'y' -> new MilterAnswer.Refuse(reply(data));
            case '4' -> new MilterAnswer.Refuse(SHUTDOWN);
            case 's' -> new MilterAnswer.Skip();
            case 'p' -> new MilterAnswer.Progress();
            case 'q' -> new MilterAnswer.Quarantine(printable(string(data), REASON_MAX));
            case 'h' -> new MilterAnswer.AddHeader(header(data, 0));
            case 'i' -> new MilterAnswer.InsertHeader(index(data), header(data, Integer.BYTES));
            case 'm' -> new MilterAnswer.ChangeHeader(index(data), header(data, Integer.BYTES));
            case 'b' -> new MilterAnswer.ReplaceBody(data);
            case 'e' -> new MilterAnswer.ChangeSender(reversePath(string(data)), mailParameters(data));
            case '+' -> new MilterAnswer.AddRecipient(Recipient.of(new ForwardPath(mailbox(string(data)))));
            case '2' -> new MilterAnswer.AddRecipient(recipient(data));
            case '-' -> new MilterAnswer.DeleteRecipient(mailbox(string(data)));
            case 'f' -> throw new FilterFailure("it says that it failed");
            default -> throw new FilterFailure("it answered with the unknown " + command);
        };
    }

    private static int index(byte[] data) throws FilterFailure {
        int index = data.length < Integer.BYTES ? -1 : ByteBuffer.wrap(data).getInt();
        if (index < 0) {
            throw new FilterFailure("it named a header field by no index");
        }
        return index;
    }

    private static HeaderText header(byte[] data, int from) throws FilterFailure {
        int nameEnd = end(data, from);
        int valueEnd = end(data, nameEnd + 1);
        String name = new String(data, from, nameEnd - from, StandardCharsets.ISO_8859_1);
        if (!HeaderText.isName(name)) {
            throw new FilterFailure("it gave a header field no name");
        }
        byte[] value = new byte[valueEnd - nameEnd - 1];
        System.arraycopy(data, nameEnd + 1, value, 0, value.length);
        return new HeaderText(name, value);
    }

    /** Where the string that begins at {@code from} has its NUL. */
    private static int end(byte[] data, int from) throws FilterFailure {
        for (int i = from; i < data.length; i++) {
            if (data[i] == 0) {
                return i;
            }
        }
        throw new FilterFailure("it sent a string without its end");
    }

    private static String string(byte[] data) throws FilterFailure {
        return new String(data, 0, end(data, 0), StandardCharsets.UTF_8);
    }

    /** Its own reply, if it is a refusal; a milter cannot make us say anything else. */
    private static Reply reply(byte[] data) throws FilterFailure {
        List<String> texts = new ArrayList<>();
        int code = 0;
        EnhancedStatus status = null;
        for (String line : string(data).split("\r?\n", REPLY_LINES_MAX + 1)) {
            Matcher matcher = REPLY_LINE.matcher(printable(line, REPLY_TEXT_MAX));
            boolean fits = matcher.matches() && (code == 0 || Integer.parseInt(matcher.group("code")) == code);
            if (!fits || texts.size() == REPLY_LINES_MAX) {
                throw new FilterFailure("it gave a reply that is none");
            }
            code = Integer.parseInt(matcher.group("code"));
            status = status == null ? status(matcher.group("status")) : status;
            String text = matcher.group("text");
            texts.add(text == null ? "" : text);
        }
        EnhancedStatus usual = new EnhancedStatus(code / 100, 7, 1);
        return new Reply(code, status == null ? usual : status.inClass(code / 100), texts);
    }

    private static @Nullable EnhancedStatus status(@Nullable String text) {
        return text == null ? null : EnhancedStatus.parse(text).orElse(null);
    }

    private static ReversePath reversePath(String text) throws FilterFailure {
        return text.isEmpty() || text.equals("<>") ? ReversePath.NULL : new ReversePath(mailbox(text));
    }

    /** What follows the address, if anything does, with a space before it. */
    private static String parameters(byte[] data) throws FilterFailure {
        int from = end(data, 0) + 1;
        return from >= data.length
                ? ""
                : " " + new String(data, from, end(data, from) - from, StandardCharsets.UTF_8).strip();
    }

    private static String mailParameters(byte[] data) throws FilterFailure {
        String text = parameters(data);
        return switch (MailArguments.change(MailParameters.PLAIN, text)) {
            case EsmtpParameters.Parsed.Right<MailArguments> _ -> text;
            case EsmtpParameters.Parsed.Wrong<MailArguments> _ ->
                throw new FilterFailure("it gave MAIL parameters that are none");
        };
    }

    private static Recipient recipient(byte[] data) throws FilterFailure {
        ForwardPath path = new ForwardPath(mailbox(string(data)));
        return switch (RecipientArguments.parse(parameters(data), true)) {
            case EsmtpParameters.Parsed.Right<RecipientArguments>(var arguments) ->
                new Recipient(path, arguments.dsnNotify(), arguments.original());
            case EsmtpParameters.Parsed.Wrong<RecipientArguments> _ ->
                throw new FilterFailure("it gave RCPT parameters that are none");
        };
    }

    private static Mailbox mailbox(String text) throws FilterFailure {
        Optional<Mailbox> mailbox = text.startsWith("<")
                ? MailboxGrammar.forwardPath(text, 0, NOWHERE)
                        .filter(scanned -> scanned.end() == text.length())
                        .map(scanned -> scanned.path().mailbox())
                : MailboxGrammar.mailbox(text);
        return mailbox.filter(found -> !found.host().equals(NOWHERE))
                .orElseThrow(() -> new FilterFailure("it named an address that is none"));
    }

    /** {@code text} with a question mark for all that is not printable ASCII, cut after {@code most} characters. */
    static String printable(String text, int most) {
        StringBuilder printable = new StringBuilder(Math.min(text.length(), most));
        for (int i = 0; i < text.length() && i < most; i++) {
            char c = text.charAt(i);
            printable.append(c >= ' ' && c < 0x7f ? c : '?');
        }
        return printable.toString();
    }
}
